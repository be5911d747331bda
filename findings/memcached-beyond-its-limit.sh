#!/usr/bin/env bash
# memcached: -m is no upper limit of the memory for items.
#
# Seen with memcached 1.6.18 (Debian 12) and 1.6.45; nothing but its own socket is used.
# Expected: a full cache with -m 64 stays at 64 MB of pages and evicts, whatever is stored next.
# Seen: values of other sizes make it 102 MB. The limit is not asked for the first page of a slab class (1 MB each, 39
# classes), so a cache that is full of one size grows by one page for every other size that comes, and never gets it back.
# Why it matters: a container whose memory limit has a sixth and 16 MB to spare is killed by a few dozen ordinary sets.
set -euo pipefail

memcached=${MEMCACHED:-memcached}
for tool in "$memcached" python3; do
  command -v "$tool" > /dev/null || { echo "$tool is needed."; exit 2; }
done
folder=$(mktemp -d)
server=
trap 'if [ -n "$server" ]; then kill "$server"; fi; rm -rf "$folder"' EXIT

echo "version:  $("$memcached" -V)"
echo 'expected: at most 64 MB of pages with -m 64'
"$memcached" -u "$(id -un)" -s "$folder/socket" -m 64 &
server=$!

python3 - "$folder/socket" <<'PYTHON'
import socket, sys, time

def connect(path):
    for _ in range(100):
        try:
            client = socket.socket(socket.AF_UNIX)
            client.connect(path)
            return client
        except OSError:
            time.sleep(0.05)
    sys.exit('changed: memcached does not start')

talk = connect(sys.argv[1]).makefile('rwb')

def put(key, size, flag=b''):
    talk.write(b'set %s 0 0 %d%s\r\n' % (key.encode(), size, flag) + b'x' * size + b'\r\n')

def pages_mb():
    talk.write(b'stats slabs\r\n')
    talk.flush()
    found = dict(line.split()[1:3] for line in iter(talk.readline, b'END\r\n'))
    return int(found[b'total_malloced']) / 2 ** 20, int(found[b'active_slabs'])

for number in range(100_000):
    put('small-%d' % number, 900, b' noreply')
full, _ = pages_mb()

sizes, size = [], 1
while size < 1_000_000:
    sizes.append(size)
    size = int(size * 1.2) + 1
stored = 0
for size in sizes:
    put('size-%d' % size, size)
    talk.flush()
    stored += talk.readline() == b'STORED\r\n'
grown, classes = pages_mb()

print('seen:     %.0f MB when it is full of one size; %.0f MB in %d classes after %d of %d sets of other sizes were stored'
      % (full, grown, classes, stored, len(sizes)))
holds = full <= 64 and grown > 90 and stored == len(sizes)
print('holds: the pages exceed -m by half and more' if holds else 'changed: the limit is kept, or not in this way')
sys.exit(not holds)
PYTHON

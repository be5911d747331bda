#!/usr/bin/env bash
# memcached: -c 64 serves 40 clients or fewer.
#
# Seen with memcached 1.6.18 (Debian 12), 1.6.38 and 1.6.45; nothing but its own socket is used.
# Expected: with -c 64 ("max simultaneous connections") the first 64 clients are answered.
# Seen: 40 are by 1.6.18, 36 by 1.6.45. memcached makes -c its limit of open files, however many it was given, and has
# some itself: 4 or, later, 5 for each of its threads, and 8 more. So -t 8 leaves 24 clients, or 16. All the while `stats`
# says max_connections 64.
# Why it matters: whoever sells 64 connections has to ask for 92, and for more when the threads become more.
set -euo pipefail

memcached=${MEMCACHED:-memcached}
for tool in "$memcached" python3; do
  command -v "$tool" > /dev/null || { echo "$tool is needed."; exit 2; }
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

echo "version:  $("$memcached" -V)"
echo 'expected: 64 clients are answered with -c 64, whatever the number of threads'

# Prints how many clients that stay connected are answered, and what max_connections is.
count() {
  python3 - "$memcached" "$folder/socket-$1" "$1" <<'PYTHON'
import getpass, socket, subprocess, sys, time

memcached, path, threads = sys.argv[1:]
# It is given no open file but its standard streams: each would be one client less.
server = subprocess.Popen([memcached, '-u', getpass.getuser(), '-s', path, '-c', '64', '-t', threads])

def connect():
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(5)
    client.connect(path)
    return client

def ask(client, text):
    client.sendall(text)
    return client.recv(65536)

try:
    clients = []
    for _ in range(200):
        try:
            clients.append(connect())
            break
        except OSError:
            time.sleep(0.05)
    while len(clients) < 64:
        try:
            client = connect()
            if not ask(client, b'version\r\n').startswith(b'VERSION'):
                break
        except OSError:
            break
        clients.append(client)
    lines = ask(clients[0], b'stats\r\n').splitlines()
    stats = dict(line.split()[1:3] for line in lines if line.startswith(b'STAT'))
    print(len(clients), stats[b'max_connections'].decode())
finally:
    server.terminate()
    server.wait()
PYTHON
}

read -r four limit < <(count 4)
read -r eight _ < <(count 8)
echo "seen:     $four are answered with 4 threads, $eight with 8; max_connections is $limit"
if [ "$limit" = 64 ] && [ "$four" -lt 64 ] && [ "$eight" -lt "$four" ]; then
  echo 'holds: fewer than asked for, and the fewer the more threads there are'
else
  echo 'changed: another number of clients is served'
  exit 1
fi

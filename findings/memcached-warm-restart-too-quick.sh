#!/usr/bin/env bash
# memcached: a warm restart that is quick loses the whole cache.
#
# Seen with memcached 1.6.18 (Debian 12) and 1.6.45; nothing but its own socket is used.
# Expected: with -e FILE, a stop by SIGUSR1 and a start with the same arguments keep every item; the quicker, the better.
# Seen: started within the second of the clock in which it stopped, it begins empty, with status and answers of a good
# start and a line on standard error. The time of the stop is kept in whole seconds, and has to be before that of the start.
# Why it matters: a supervisor that starts it at once loses, now and then, what a slower one always keeps.
set -euo pipefail

memcached=${MEMCACHED:-memcached}
for tool in "$memcached" python3; do
  command -v "$tool" > /dev/null || { echo "$tool is needed."; exit 2; }
done
folder=$(mktemp -d -p /dev/shm)
server=
trap 'if [ -n "$server" ]; then kill "$server"; fi; rm -rf "$folder"' EXIT

start() {
  "$memcached" -u "$(id -un)" -s "$folder/socket" -m 64 -e "$folder/items" 2>> "$folder/log" &
  server=$!
}

stop() {
  kill -USR1 "$server"
  wait "$server" || true
  server=
  rm -f "$folder/socket"
}

# Says a line to it, and prints the first line of the answer.
say() {
  python3 - "$folder/socket" "$1" <<'PYTHON'
import socket, sys, time

for _ in range(100):
    try:
        client = socket.socket(socket.AF_UNIX)
        client.connect(sys.argv[1])
        break
    except OSError:
        time.sleep(0.05)
client.sendall(sys.argv[2].replace('|', '\r\n').encode() + b'\r\n')
print(client.recv(4096).decode().splitlines()[0])
PYTHON
}

# The file beside the items has a line `Kstop_time 1795872044`.
stopped_at() { sed -n 's/^Kstop_time //p' "$folder/items.meta"; }

echo "version:  $("$memcached" -V)"
echo 'expected: the item is there after each warm restart'
start
quick='never tried within one second'
for _ in $(seq 20); do
  say 'set key 0 0 5|value' > "$folder/stored"
  stop
  stopped=$(stopped_at)
  began=$(date +%s)
  start
  [ "$began" = "$stopped" ] || continue
  quick=$(say 'get key')
  # The clock may have gone on while it started: then the round shows nothing.
  if [ "$quick" = END ] || [ "$(date +%s)" = "$stopped" ]; then break; fi
done
reason=$(grep stop_time "$folder/log" | tail -n 1 || true)
say 'set key 0 0 5|value' > "$folder/stored"
stop
sleep 2
start
slow=$(say 'get key')
echo "seen:     'get' after a restart at once: $quick; after 2 seconds: $slow"
echo "          $reason"
if [ "$quick" = END ] && [ "$slow" = 'VALUE key 0 5' ]; then
  echo 'holds: what was saved is lost when it starts in the same second'
else
  echo 'changed: a quick warm restart keeps the items, or a slow one loses them'
  exit 1
fi

#!/usr/bin/env bash
# memcached: `stats` says at the first answer that it has run for two or three seconds.
#
# Seen with memcached 1.6.18 (Debian 12) and 1.6.45 (Debian forky), on loopback.
# Expected: `uptime` is the time since its start, so 0 or 1 within the first second, and `time` minus `uptime` is the second
# in which it was started.
# Seen: 2 or 3 within the first second: its clock begins two seconds before it, so that no item is set at time zero.
# Why it matters: who reckons the start of a memcached from `uptime`, to tell whether a cache is older than an event, takes
# one that was started after the event for one that was there before.
set -euo pipefail

memcached=${MEMCACHED:-memcached}
for tool in "$memcached" python3; do
  command -v "$tool" > /dev/null || { echo "$tool is needed."; exit 2; }
done
echo "$("$memcached" -V)"
exec python3 -IS - "$memcached" << 'PYTHON'
import os
import re
import socket
import subprocess
import sys
import time

with socket.socket() as free:
    free.bind(('127.0.0.1', 0))
    port = free.getsockname()[1]
user = ['-u', 'nobody'] if os.getuid() == 0 else []
began = time.time()
server = subprocess.Popen([sys.argv[1], '-l', '127.0.0.1', '-p', str(port), '-U', '0', *user])
try:
    for _ in range(100):
        try:
            client = socket.create_connection(('127.0.0.1', port), 1)
            break
        except OSError:
            time.sleep(0.01)
    client.sendall(b'stats\r\nquit\r\n')
    text = b''
    while chunk := client.recv(65536):
        text += chunk
    took = time.time() - began
    uptime = int(re.search(rb'STAT uptime (\d+)', text).group(1))
finally:
    server.kill()
    server.wait()
print('Answered %.2f s after it was started, and says uptime %d.' % (took, uptime))
if took > 1:
    print('The machine is too slow to tell.')
    sys.exit(2)
print('As described.' if uptime in (2, 3) else 'It has changed.')
sys.exit(0 if uptime in (2, 3) else 1)
PYTHON

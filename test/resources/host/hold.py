"""Connects from argv[1] (or anywhere when it is empty) to [argv[2]]:argv[3] and stays: prints what happens.

`open`, then for each line of standard input the answer to `version`, or how the connection ended.
"""
import socket
import sys

source = (sys.argv[1], 0) if sys.argv[1] else None
client = socket.create_connection((sys.argv[2], int(sys.argv[3])), 3, source)
print('open', flush=True)
for line in sys.stdin:
    client.settimeout(float(line))
    try:
        client.sendall(b'version\r\n')
        print(client.recv(100).decode().strip() or 'closed', flush=True)
    except socket.timeout:
        print('silent', flush=True)
    except OSError as error:
        print(type(error).__name__, flush=True)

"""Keeps connections open: argv is address and port, each line of standard input how many there are to be from then on.

Prints how many are open and answered, once it is so. Connections end with a reset.
"""
import socket
import struct
import sys

address = (sys.argv[1], int(sys.argv[2]))
RESET = struct.pack('ii', 1, 0)
held = []

for line in sys.stdin:
    wanted = int(line)
    while len(held) > wanted:
        held.pop().close()
    try:
        while len(held) < wanted:
            client = socket.create_connection(address, 5)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            client.sendall(b'version\r\n')
            if not client.recv(100).startswith(b'VERSION'):
                raise OSError('this is no memcached')
            held.append(client)
    except OSError as error:
        print(error, file=sys.stderr)
    print(len(held), flush=True)

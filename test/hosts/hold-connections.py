"""Opens connections to a memcached and holds those that answer, until standard input ends.

Arguments: address, port, how many. One line comes out: how many were answered and are held.
"""
import socket
import sys

held = []
for _ in range(int(sys.argv[3])):
    connection = socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=5)
    try:
        connection.sendall(b"version\r\n")
        if connection.recv(100).startswith(b"VERSION"):
            held.append(connection)
    except OSError:
        pass
print("held", len(held), flush=True)
sys.stdin.read()

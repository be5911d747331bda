"""Answers whatever comes, over TCP and UDP, at the ports of argv, on every address of both families."""
import select
import socket
import sys

socks = []
for port in map(int, sys.argv[1:]):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        sock = socket.socket(socket.AF_INET6, kind)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(('::', port))
        if kind == socket.SOCK_STREAM:
            sock.listen(100)
        socks.append(sock)
print('answering', flush=True)
while True:
    for sock in select.select(socks, [], [])[0]:
        if sock.type == socket.SOCK_STREAM:
            sock.accept()[0].close()
        else:
            sock.sendto(b'here', sock.recvfrom(100)[1])

"""Tells from a client's side when a port opens or closes, by connecting every half millisecond.

argv: address, port. Each line of standard input is `open` or `closed`: prints `watching`, and then, on the monotonic
clock in nanoseconds, when the first attempt began that ended that way. An attempt counts as refused in silence when it
has no answer after 20 ms; one that a filter drops is given up after 1 ms while the opening is awaited.
"""
import select
import socket
import struct
import sys
import time

address = (sys.argv[1], int(sys.argv[2]))
RESET = struct.pack('ii', 1, 0)


def connects(patience_ms):
    """Whether a new connection comes about; it leaves nothing behind that waits for its end."""
    client = socket.socket()
    try:
        client.setblocking(False)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        client.connect_ex(address)
        waiting = select.poll()
        waiting.register(client, select.POLLOUT)
        return bool(waiting.poll(patience_ms)) and client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
    finally:
        client.close()


for line in sys.stdin:
    awaited = line.strip() == 'open'
    print('watching', flush=True)
    while True:
        began = time.monotonic_ns()
        if connects(1 if awaited else 20) == awaited:
            break
        time.sleep(0.0005)
    print(began, flush=True)

"""Hammers one memcached: argv is address, port and how many connections.

Each line of standard input is a way and seconds: `piped 1.5` or `single 1.5`. `piped` keeps thousands of gets on the way
on every connection, so that memcached has work at any moment and this program hardly any, and takes only processors that
nobody else wants. `single` asks one at a time on each connection, with the usual priority: as much work here as there.
Prints how many gets a second were answered.
"""
import os
import select
import socket
import sys
import time

address = (sys.argv[1], int(sys.argv[2]))
GET, END = b'get benchmark\r\n', b'END\r\n'
AT_ONCE = {'piped': 4000, 'single': 1}
POLICY = {'piped': os.SCHED_IDLE, 'single': os.SCHED_OTHER}

clients = {}
waiting = select.epoll()
for _ in range(int(sys.argv[3])):
    client = socket.create_connection(address, 5)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    waiting.register(client, select.EPOLLIN)
    clients[client.fileno()] = client


def wake_at(least):
    """Lets this program sleep until a connection has so many bytes: it would else take a processor for each answer."""
    for client in clients.values():
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, least)


def drain(pending):
    """Reads until nothing is on the way any more."""
    wake_at(1)
    while any(pending.values()):
        for number, _ in waiting.poll():
            pending[number] -= len(clients[number].recv(1 << 18))


print('ready', flush=True)
for line in sys.stdin:
    way, seconds = line.split()
    os.sched_setscheduler(0, POLICY[way], os.sched_param(0))
    batch = AT_ONCE[way]
    asked, size = GET * batch, len(END) * batch
    pending = dict.fromkeys(clients, 0)
    answered = 0
    wake_at(max(1, size // 4 - 1))
    began = time.monotonic()
    end = began + float(seconds)
    for number, client in clients.items():
        client.sendall(asked)
        pending[number] += size
    while time.monotonic() < end:
        for number, _ in waiting.poll(0.1):
            got = len(clients[number].recv(1 << 18))
            answered += got
            pending[number] -= got
            # One more batch while the last one is half answered: memcached never waits for this program.
            if pending[number] <= size // 2:
                clients[number].sendall(asked)
                pending[number] += size
    rate = answered / len(END) / (time.monotonic() - began)
    drain(pending)
    print(rate, flush=True)

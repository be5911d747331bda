"""Asks one memcached now and then: argv is address and port, each line of standard input a priority and seconds.

Prints, as JSON, how many milliseconds each get took and this program waited for a processor in all. With the priority `first` it never waits for a processor itself, so
what is measured is the server's part; with `usual` it waits like any other program.
"""
import json
import os
import socket
import sys
import time

PAUSE_S = 0.001
GET, END = b'get benchmark\r\n', b'END\r\n'



def read_wait():
    """Milliseconds: the second figure of schedstat, beside the time run and the turns had."""
    with open('/proc/self/schedstat', encoding='ascii') as file:
        return int(file.read().split()[1]) / 1e6


client = socket.create_connection((sys.argv[1], int(sys.argv[2])), 5)
client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
print('ready', flush=True)
for line in sys.stdin:
    priority, seconds = line.split()
    if priority == 'first':
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))
    else:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    times = []
    waited = read_wait()
    end = time.monotonic() + float(seconds)
    while time.monotonic() < end:
        time.sleep(PAUSE_S)
        began = time.monotonic_ns()
        client.sendall(GET)
        if client.recv(100) != END:
            raise RuntimeError('this is no empty memcached')
        times.append((time.monotonic_ns() - began) / 1e6)
    print(json.dumps({'times': times, 'waited': read_wait() - waited}), flush=True)

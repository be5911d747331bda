"""Measures memcached from a client's side: argv is address and port.

Each line of standard input is two numbers, connections and gets. First as many fresh connections one after the other,
each with one get; then as many gets on a single connection. Prints with spaces between: connections a second, the
microseconds of processor time that each took this program, and gets a second. A packet to a neighbouring namespace is
received in the turn of its sender, so the processor time has the receiver's filter in it, and what other programs take
meanwhile has not. Connections end with a reset, so that no port of either side waits for its end when it is needed again.
"""
import socket
import struct
import sys
import time

address = (sys.argv[1], int(sys.argv[2]))
RESET = struct.pack('ii', 1, 0)
GET, END = b'get benchmark\r\n', b'END\r\n'


def connect():
    client = socket.create_connection(address, 5)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    return client


def ask(client):
    client.sendall(GET)
    if client.recv(100) != END:
        raise RuntimeError('this is no empty memcached')


for line in sys.stdin:
    connections, gets = map(int, line.split())
    began, used = time.monotonic(), time.process_time()
    for _ in range(connections):
        with connect() as client:
            ask(client)
    between, used = time.monotonic(), time.process_time() - used
    with connect() as client:
        for _ in range(gets):
            ask(client)
    ended = time.monotonic()
    print(connections / (between - began), used * 1e6 / connections, gets / (ended - between), flush=True)

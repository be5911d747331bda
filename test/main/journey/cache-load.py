"""A program that uses a memcached: fills it, or reads and writes without a pause.

  fill ADDRESS PORT COUNT [BYTES]
                            writes the items 0 to COUNT-1, 1 KB or BYTES each, without waiting for answers; prints
                            {"written": COUNT}
  use ADDRESS PORT COUNT    until standard input ends: reads any of these items and writes 100 of its own; prints
                            {"operations": 1000} for every thousand, and at the end
                            {"operations": 48213, "hits": 20110, "misses": 3996, "errors": ["SERVER_ERROR out of memory"]}
"""
import json
import random
import select
import socket
import sys

OWN = 100


def value(number, size=1000):
    return (f'{number:08d}'.encode() * (size // 8 + 1))[:size]


def fill(connection, count, size=1000):
    at_once = min(500, 500_000 // size)
    for first in range(0, count, at_once):
        numbers = range(first, min(first + at_once, count))
        items = (b'set item-%d 0 0 %d noreply\r\n%b\r\n' % (n, size, value(n, size)) for n in numbers)
        connection.sendall(b''.join(items))
    connection.sendall(b'version\r\n')
    if not connection.makefile('rb').readline().startswith(b'VERSION'):
        sys.exit('the cache did not answer after it was filled')
    print(json.dumps({'written': count}))


def use(connection, count):
    answers = connection.makefile('rb')
    seen = {'operations': 0, 'hits': 0, 'misses': 0, 'errors': []}

    def read(key, expected):
        connection.sendall(b'get %b\r\n' % key)
        head = answers.readline()
        if head == b'END\r\n':
            seen['misses'] += 1
            return
        if not head.startswith(b'VALUE ' + key):
            seen['errors'].append(f'{key.decode()}: {head!r}')
            return
        if answers.read(1002) != expected + b'\r\n' or answers.readline() != b'END\r\n':
            seen['errors'].append(f'{key.decode()} has another value')
        seen['hits'] += 1

    def write(key, data):
        connection.sendall(b'set %b 0 0 1000\r\n%b\r\n' % (key, data))
        answer = answers.readline()
        if answer != b'STORED\r\n':
            seen['errors'].append(f'{key.decode()}: {answer!r}')

    for own in range(OWN):
        write(b'own-%d' % own, value(own))
    while len(seen['errors']) < 20:
        number, own = random.randrange(count), random.randrange(OWN)
        read(b'item-%d' % number, value(number))
        write(b'own-%d' % own, value(own))
        read(b'own-%d' % own, value(own))
        seen['operations'] += 3
        if seen['operations'] % 1002 == 0:
            print(json.dumps({'operations': seen['operations']}), flush=True)
            if select.select([sys.stdin], [], [], 0)[0]:
                break
    print(json.dumps(seen), flush=True)


what, address, port, *numbers = sys.argv[1:]
with socket.create_connection((address, int(port)), timeout=30) as opened:
    {'fill': fill, 'use': use}[what](opened, *map(int, numbers))

"""Holds connections to a memcached. Arguments: address, port. Each line of standard input is one of these:

  open COUNT     opens further ones, one after the other, until COUNT are held; then all of them ask for the version
  get KEY SIZE   all of them read this item of SIZE bytes, a hundred at a time
  close          closes all

Each is answered by one line: {"answered": 1500, "errors": ["timed out"]}, the errors of up to ten connections.
"""
import json
import socket
import sys

AT_ONCE = 100
SECONDS = 120
held = []
errors = []


def open_more(count):
    try:
        while len(held) < count:
            held.append(socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=SECONDS))
    except OSError as error:
        errors.append(f'connection {len(held) + 1}: {error}')


def read(connection, end):
    received = bytearray()
    while not received.endswith(end):
        chunk = connection.recv(65536)
        if not chunk:
            raise OSError(f'closed after {len(received)} bytes')
        received += chunk
    return received


def attempt(action, *arguments):
    try:
        return action(*arguments)
    except OSError as error:
        errors.append(str(error))
        return b''


def ask_all(request, begin, end, size):
    answered = 0
    for first in range(0, len(held), AT_ONCE):
        some = held[first:first + AT_ONCE]
        for connection in some:
            attempt(connection.sendall, request)
        answers = [attempt(read, connection, end) for connection in some]
        answered += sum(answer.startswith(begin) and len(answer) >= size for answer in answers)
    return answered


for line in sys.stdin:
    command, *words = line.split()
    answered = 0
    if command == 'open':
        open_more(int(words[0]))
        answered = ask_all(b'version\r\n', b'VERSION', b'\r\n', 0)
    elif command == 'get':
        key, size = words
        answered = ask_all(f'get {key}\r\n'.encode(), b'VALUE', b'END\r\n', int(size))
    else:
        while held:
            held.pop().close()
    print(json.dumps({'answered': answered, 'errors': errors[:10]}), flush=True)
    errors.clear()

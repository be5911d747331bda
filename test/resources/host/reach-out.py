"""Tries to reach many places at once: JSON `[[protocol, address, port, source port], …]` on standard input, and those of
them that answered within the seconds of argv[1] on standard output. Protocols: tcp, udp, icmp; source port 0: any.
"""
import errno
import json
import select
import socket
import struct
import sys
import time

STREAM = {'tcp': (socket.SOCK_STREAM, 0), 'udp': (socket.SOCK_DGRAM, 0)}
ECHO = struct.pack('!BBHHH', 8, 0, 0xf7fe, 0, 1)


def begin(protocol, address, port, source):
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    if protocol == 'icmp':
        sock = socket.socket(family, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)
    else:
        sock = socket.socket(family, *STREAM[protocol])
    sock.setblocking(False)
    if source:
        sock.bind(('', source))
    if protocol == 'tcp':
        error = sock.connect_ex((address, port))
        if error not in (0, errno.EINPROGRESS):
            raise OSError(error, 'no way there')
    else:
        sock.sendto(ECHO if protocol == 'icmp' else b'hello', (address, port))
    return sock


def main():
    tries = {}
    for each in json.load(sys.stdin):
        try:
            tries[begin(*each)] = each
        except OSError:
            continue
    answered, until = [], time.monotonic() + float(sys.argv[1])
    while tries and time.monotonic() < until:
        readable, writable, _ = select.select(list(tries), [s for s in tries if tries[s][0] == 'tcp'], [],
                                              max(0, until - time.monotonic()))
        for sock in {*readable, *writable}:
            each = tries.pop(sock)
            # A refusal is an answer, too: the packet arrived.
            error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if error not in (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ETIMEDOUT):
                answered.append(each)
    print(json.dumps(answered))


main()

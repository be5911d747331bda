"""Sends one SYN to every port of a range, over and over, until standard input ends; then tells how many.

Arguments: first port, last port, pause between rounds in seconds, then one pair of own address and target a family.
Writes {"rounds": 1} after each of its rounds, and {"rounds": 9, "packets": 180000} at the end.
"""
import json
import select
import socket
import struct
import sys


def checksum_base(own, target, length):
    """The one's complement sum of everything in the pseudo header and the segment that does not change."""
    header = own + target + struct.pack("!HH", socket.IPPROTO_TCP, length)
    return sum(struct.unpack(f"!{len(header) // 2}H", header))


def segments(base, source, ports):
    """TCP header: ports, sequence number, acknowledgement, offset 5 words and SYN, window, checksum, urgent."""
    fixed = base + source + 0x5002 + 65535
    for port in ports:
        total = fixed + port
        total = (total & 0xFFFF) + (total >> 16)
        total = (total & 0xFFFF) + (total >> 16)
        yield port, struct.pack("!HHIIHHHH", source, port, 0, 0, 0x5002, 65535, ~total & 0xFFFF, 0)


def main():
    first, last = int(sys.argv[1]), int(sys.argv[2])
    pause = float(sys.argv[3])
    targets = []
    for own, target in zip(sys.argv[4::2], sys.argv[5::2]):
        family = socket.AF_INET6 if ":" in target else socket.AF_INET
        raw = socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_TCP)
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
        # A rule counts the answers, and nobody reads them here: let nothing wait in this socket.
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        base = checksum_base(socket.inet_pton(family, own), socket.inet_pton(family, target), 20)
        targets.append((raw, target, base))
    rounds = packets = 0
    while not select.select([sys.stdin], [], [], pause)[0]:
        source = 1024 + rounds % 15000
        for raw, target, base in targets:
            for _, segment in segments(base, source, range(first, last + 1)):
                raw.sendto(segment, (target, 0))
                packets += 1
        rounds += 1
        print(json.dumps({"rounds": rounds}), flush=True)
    print(json.dumps({"rounds": rounds, "packets": packets}), flush=True)


main()

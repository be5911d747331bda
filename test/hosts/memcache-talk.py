"""Sends text to a memcached and shows what comes back until it closes the connection.

Arguments: address, port, seconds for the whole conversation. The text is read from standard input.
One line of JSON comes out: {"kind": "answer", "text": "VERSION 1.6.18\\r\\n"}, or a kind of refused, timeout, unreachable.
"""
import json
import socket
import sys
import time


def talk(address, port, seconds, text):
    deadline = time.monotonic() + seconds
    received = b""
    try:
        with socket.create_connection((address, port), timeout=seconds) as connection:
            connection.sendall(text)
            while True:
                connection.settimeout(max(deadline - time.monotonic(), 0.001))
                chunk = connection.recv(65536)
                if not chunk:
                    return {"kind": "answer", "text": received.decode("utf-8", "replace")}
                received += chunk
    except TimeoutError:
        return {"kind": "timeout"}
    except (ConnectionRefusedError, ConnectionResetError):
        return {"kind": "refused"}
    except OSError as error:
        return {"kind": "unreachable", "reason": str(error)}


print(json.dumps(talk(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.stdin.buffer.read())))

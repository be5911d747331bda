"""A name server that knows every name: it answers each question for an IPv4 address with 192.0.2.77, others with nothing.
What is no question is passed over."""
import socket

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind(('0.0.0.0', 53))
print('answering', flush=True)
while True:
    query, sender = sock.recvfrom(1000)
    if len(query) < 17 or b'\0' not in query[12:]:
        continue
    end = query.index(b'\0', 12) + 5
    is_address = query[end - 4:end - 2] == b'\0\1'
    answer = b'\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4' + socket.inet_aton('192.0.2.77') if is_address else b''
    sock.sendto(query[:2] + b'\x81\x80\0\1' + bytes([0, is_address]) + b'\0\0\0\0' + query[12:end] + answer, sender)

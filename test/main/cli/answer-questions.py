"""Runs a program on a terminal of its own and answers what it asks: ANSWERS is JSON, [[what is asked, answer], ...]."""
import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

answers = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
# Wide enough that no question is broken into lines.
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', 50, 300, 0, 0))
seen = ''
start = 0
while True:
    readable, _, _ = select.select([terminal], [], [], 30)
    if not readable:
        sys.exit('nothing was said for 30 seconds; so far: ' + seen)
    try:
        data = os.read(terminal, 65536)
    except OSError:
        break
    if not data:
        break
    seen += data.decode('utf-8', 'replace')
    if answers and answers[0][0] in seen[start:]:
        start = len(seen)
        # The terminal itself would show keys that are typed before the program takes the echo away.
        for _ in range(500):
            if not termios.tcgetattr(terminal)[3] & termios.ECHO:
                break
            time.sleep(0.01)
        os.write(terminal, (answers.pop(0)[1] + '\r').encode())
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(json.dumps({'status': status, 'seen': seen, 'unasked': [question for question, _ in answers]}))

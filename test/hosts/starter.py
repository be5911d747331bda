"""Runs programs for a process that is too large to start them itself.

A fork copies the page tables of its process: 10 ms of a processor where that has loaded a whole program, 1 ms here.
Each request on standard input is one line, {"id": 7, "argv": ["ip", "link"], "input": 12, "timeout": 60}, and so many
bytes for the program. Each reply is one line, {"id": 7, "status": 0, "stdout": 5, "stderr": 0, "timedOut": false}, and
so many bytes of both; status is null after a signal. Where nothing could be started it is {"id": 7, "failure": "why"}.
Requests run side by side, in the environment of this process. When the input ends, everything that still runs is killed.
"""
import json
import os
import signal
import subprocess
import sys
import threading

replying = threading.Lock()
running = set()


def reply(head, *bodies):
    with replying:
        sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + b"".join(bodies))
        sys.stdout.buffer.flush()


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return [int(child) for child in file.read().split()]
    except OSError:
        return []


def kill(program):
    """The child of nsenter in its place, which nsenter then sees off: see kill.ts."""
    found = children(program.pid) if program.args[0] == "nsenter" else []
    for pid in found or [program.pid]:
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass


def run(request, given):
    pipe = subprocess.PIPE
    try:
        program = subprocess.Popen(request["argv"], stdin=pipe, stdout=pipe, stderr=pipe)
    except OSError as error:
        reply({"id": request["id"], "failure": error.strerror})
        return
    running.add(program)
    timed_out = False
    try:
        stdout, stderr = program.communicate(given, request["timeout"])
    except subprocess.TimeoutExpired:
        timed_out = True
        kill(program)
        stdout, stderr = program.communicate()
    running.discard(program)
    status = program.returncode if program.returncode >= 0 else None
    head = {"id": request["id"], "status": status, "timedOut": timed_out}
    reply({**head, "stdout": len(stdout), "stderr": len(stderr)}, stdout, stderr)


for line in sys.stdin.buffer:
    request = json.loads(line)
    given = sys.stdin.buffer.read(request["input"])
    threading.Thread(target=run, args=(request, given), daemon=True).start()
for program in list(running):
    kill(program)
sys.stdout.flush()
os._exit(0)

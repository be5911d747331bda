"""Process 1 of a client: a network namespace that uses the machine's files and stays until standard input ends.

Reads one line, {}, and answers {"pid": 4711} (as the machine sees it) and {"ready": true}.
"""
import json
import os
import signal
import subprocess
import sys

sys.stdin.readline()
print(json.dumps({"pid": int(os.readlink("/proc/self"))}), flush=True)
for argv in (
    ("mount", "-t", "proc", "proc", "/proc"),
    ("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run"),
    ("ip", "link", "set", "lo", "up"),
):
    subprocess.run(argv, check=True)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
print(json.dumps({"ready": True}), flush=True)
sys.stdin.read()

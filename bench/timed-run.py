"""Runs programs and says how long each took: every line of standard input is JSON, `{"argv": [...], "input": "..."}`.

Prints the milliseconds of each on a line of its own, or `failed: ` and the end of what the program said.
"""
import json
import subprocess
import sys
import time

for line in sys.stdin:
    asked = json.loads(line)
    began = time.monotonic()
    done = subprocess.run(asked['argv'], input=asked['input'].encode(), capture_output=True, close_fds=False)
    took = (time.monotonic() - began) * 1000
    print(f'failed: {done.stderr[-300:]!r}' if done.returncode else took, flush=True)

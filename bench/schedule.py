"""Sets and reads how the kernel schedules a program: each line of standard input is a verb and a process id.

`slice PID NANOSECONDS` asks for turns of that length for each of its threads (Linux 6.12 and newer). `waits PID` prints
the nanoseconds that its threads ran and waited for a processor, and how often they got one.
"""
import ctypes
import os
import platform
import struct
import sys

SCHED_SETATTR = {'x86_64': 314, 'aarch64': 274}[platform.machine()]
libc = ctypes.CDLL(None, use_errno=True)


def schedule(thread, policy, runtime):
    # struct sched_attr: size, policy, flags, nice, priority, runtime, deadline, period
    attributes = struct.pack('IIQiIQQQ', 48, policy, 0, 0, 0, runtime, 0, 0)
    if libc.syscall(SCHED_SETATTR, thread, attributes, 0):
        raise OSError(ctypes.get_errno(), 'sched_setattr')


def waits(threads):
    rows = [list(map(int, open(f'/proc/{thread}/schedstat').read().split())) for thread in threads]
    return ' '.join(str(sum(column)) for column in zip(*rows))


for line in sys.stdin:
    verb, pid, *rest = line.split()
    threads = [int(name) for name in os.listdir(f'/proc/{pid}/task')]
    if verb == 'waits':
        print(waits([f'{pid}/task/{thread}' for thread in threads]), flush=True)
        continue
    for thread in threads:
        schedule(thread, os.SCHED_OTHER, int(rest[0]))
    print('done', flush=True)

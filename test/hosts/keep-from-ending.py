"""Keeps the process argv[1] from ending: whatever ends it, it stays at the last step until this program ends."""
import ctypes
import sys

# Of ptrace(2): attach without stopping it, and have it stop when it is about to end.
SEIZE, TRACE_EXIT = 0x4206, 0x40
LIBC = ctypes.CDLL(None, use_errno=True)

if LIBC.ptrace(SEIZE, int(sys.argv[1]), None, ctypes.c_void_p(TRACE_EXIT)) != 0:
    raise OSError(ctypes.get_errno(), "the process could not be held")
print("held", flush=True)
sys.stdin.read()

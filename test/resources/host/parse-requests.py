"""Runs the helper's own parser, and nothing else of it, over the lines of standard input.

Prints for each line {"op": ...} or {"code": ..., "field": ...}; anything but a refusal ends the program.
"""
import importlib.machinery
import importlib.util
import json
import sys

loader = importlib.machinery.SourceFileLoader('helper', sys.argv[1])
helper = importlib.util.module_from_spec(importlib.util.spec_from_loader('helper', loader))
sys.dont_write_bytecode = True
loader.exec_module(helper)

for line in sys.stdin.buffer:
    try:
        print(json.dumps({'op': helper.parse_request(line)['op']}))
    except helper.Refusal as refusal:
        print(json.dumps({'code': refusal.code, 'field': refusal.details.get('field')}))

"""Runs the helper's own parser, and nothing else of it, over the lines of standard input.

Prints for each line {"request": ...} or {"code": ..., "message": ...}; an exception that is no refusal is {"crash": ...}.
"""
import importlib.machinery
import importlib.util
import json
import sys

loader = importlib.machinery.SourceFileLoader('helper', sys.argv[1])
helper = importlib.util.module_from_spec(importlib.util.spec_from_loader('helper', loader))
sys.dont_write_bytecode = True
loader.exec_module(helper)

print(json.dumps(sorted(helper.REQUESTS)))
for line in sys.stdin.buffer:
    try:
        print(json.dumps({'request': helper.parse_request(line)}))
    except helper.Refusal as refusal:
        print(json.dumps({'code': refusal.code, 'message': str(refusal), 'details': refusal.details}))
    except BaseException as error:
        print(json.dumps({'crash': repr(error)[:200]}))

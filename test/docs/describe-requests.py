"""Prints what the helper takes, as JSON: its versions, its operations and the fields of each.

A field is {"kind": ...} with what its parser was made with, which Python keeps as the variables of the inner function.
"""
import importlib.machinery
import importlib.util
import inspect
import json
import sys

loader = importlib.machinery.SourceFileLoader('helper', sys.argv[1])
helper = importlib.util.module_from_spec(importlib.util.spec_from_loader('helper', loader))
sys.dont_write_bytecode = True
loader.exec_module(helper)


def describe(parser):
    maker = parser.__qualname__.split('.')[0]
    made_with = inspect.getclosurevars(parser).nonlocals
    if parser is helper.parse_allow:
        return {'kind': 'list', 'most': helper.MAX_ALLOW, 'of': describe(helper.ALLOW_ENTRY)}
    if maker == 'shape':
        required, defaults, parsers = (made_with[name] for name in ('required', 'defaults', 'parsers'))
        fields = [{'name': name, 'required': name in required, 'default': defaults.get(name), 'value': describe(each)}
                  for name, each in parsers.items()]
        return {'kind': 'object', 'fields': fields}
    if maker == 'nullable':
        return {'kind': 'nullable', 'of': describe(made_with['parser'])}
    if maker == 'list_of':
        return {'kind': 'list', 'most': made_with['most'], 'of': describe(made_with['parser'])}
    if maker == 'parse_int':
        return {'kind': 'number', 'low': made_with['low'], 'high': made_with['high']}
    if maker == 'parse_text':
        return {'kind': 'text', 'low': made_with['low'], 'high': made_with['high']}
    if maker == 'parse_pattern':
        return {'kind': 'pattern', 'pattern': made_with['compiled'].pattern}
    # A parser by itself: parse_cidr.
    return {'kind': 'other', 'parser': maker}


print(json.dumps({
    'version': helper.VERSION,
    'protocol': helper.PROTOCOL,
    'carriedOut': sorted(helper.OPERATIONS),
    'requests': {op: describe(parser) for op, parser in helper.REQUESTS.items()},
}))

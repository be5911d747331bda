import { expect, it } from 'vitest'
import { isPlainHostName, matchesHostLine, parseSshConfigLines } from '../../src/domain/ssh-config-hosts.ts'

it.each<[string, { keyword: string; words: string[] }[]]>([
  ['', []],
  ['# Host a\n\n   \n#', []],
  [
    'Host a b\r\n\tHostName=203.0.113.7',
    [
      { keyword: 'host', words: ['a', 'b'] },
      { keyword: 'hostname', words: ['203.0.113.7'] },
    ],
  ],
  ['hOsT = "a b"  c # office', [{ keyword: 'host', words: ['a b', 'c'] }]],
  ['Include "~/my hosts/*" other', [{ keyword: 'include', words: ['~/my hosts/*', 'other'] }]],
  ['Host', [{ keyword: 'host', words: [] }]],
  ['=nothing\n-x y', []],
])('%j', (text, lines) => {
  expect(parseSshConfigLines(text)).toEqual(lines)
})

it.each<[string[], string, boolean]>([
  [['web'], 'web', true],
  [['web'], 'WEB', true],
  [['web'], 'web2', false],
  [['web?'], 'web2', true],
  [['*.example.com'], 'a.example.com', true],
  [['*.example.com'], 'aXexample.com', false],
  [['*', '!gate'], 'gate', false],
  [['*', '!gate'], 'web', true],
  [['!gate'], 'web', false],
  [['a+b(c)[d]{e}^$|\\/'], 'a+b(c)[d]{e}^$|\\/', true],
  [['host-1_x'], 'host-1_x', true],
  [[], 'web', false],
])('Host %j for %s: %s', (patterns, name, fits) => {
  expect(matchesHostLine(patterns, name)).toBe(fits)
})

it.each([
  ['web', true],
  ['203.0.113.7', true],
  ['müller-1', true],
  ['*', false],
  ['web?', false],
  ['!web', false],
  ['-oProxyCommand=x', false],
  ['a;b', false],
  ['', false],
])('%s stands for one server: %s', (word, is) => {
  expect(isPlainHostName(word)).toBe(is)
})

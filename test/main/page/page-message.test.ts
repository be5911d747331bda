import { expect, test } from 'vitest'
import { isPageMessage } from '../../../src/main/page/page-message.ts'

test.each([
  ['a call', '{"i":"1","p":{"u":"/host/list","b":{}}}'],
  ['an abort', '{"i":"1","t":4}'],
  ['an event', '{"i":"1","t":3,"p":{"e":"message","d":{}}}'],
])('%s is taken', (_what, data) => expect(isPageMessage(data)).toBe(true))

test.each([
  ['no text', { i: '1', p: { u: '/host/list' } }],
  ['no JSON', '{"i":'],
  ['no object', '"host/list"'],
  ['without an id', '{"p":{"u":"/host/list"}}'],
  ['without an address', '{"i":"1","p":{}}'],
  ['without a payload', '{"i":"1"}'],
  ['of an unknown kind', '{"i":"1","t":9}'],
  ['to an address elsewhere', '{"i":"1","p":{"u":"http://203.0.113.1/host/list"}}'],
  ['too long', `{"i":"1","p":{"u":"/host/list","b":"${'x'.repeat(5 * 1024 * 1024)}"}}`],
])('a message is refused: %s', (_what, data) => expect(isPageMessage(data)).toBe(false))

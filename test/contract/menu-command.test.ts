import { expect, test } from 'vitest'
import { isMenuMessage, parseMenuMessage, renderMenuMessage } from '../../src/contract/menu-command.ts'

test('a command survives the way to the page', () => {
  const message = renderMenuMessage('new-tenant')
  expect(message).toBe('{"menu":"new-tenant"}')
  expect(isMenuMessage(message)).toBe(true)
  expect(parseMenuMessage(message)).toBe('new-tenant')
})

test.each([
  ['an answer of the router', '{"i":"1","p":{"b":{"json":{"menu":"find"}}}}'],
  ['bytes', new Uint8Array(4)],
  ['nothing', undefined],
])('%s is none of the menu', (_what, data) => expect(isMenuMessage(data)).toBe(false))

test.each([['{"menu":"erase"}'], ['{"menu":"find","and":"more"}'], ['{"menu":7}']])(
  'a command that this page does not know counts as none: %s',
  (message) => expect(parseMenuMessage(message)).toBeUndefined(),
)

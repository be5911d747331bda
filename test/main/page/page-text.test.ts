import { expect, it } from 'vitest'
import { renderForPage } from '../../../src/main/page/page-text.ts'

it('a message has no character that changes the writing direction', () => {
  const sent = JSON.stringify({
    name: 'acme\u202e txt.exe',
    notes: '\u2066a\u2069\u200f\u061c',
    city: 'تهران',
  })
  const received = renderForPage(sent)
  expect(JSON.parse(String(received))).toEqual({ name: 'acme txt.exe', notes: 'a', city: 'تهران' })
})

it('what is no text is left as it is', () => {
  const bytes = new Uint8Array([0xe2, 0x80, 0xae])
  expect(renderForPage(bytes)).toBe(bytes)
})

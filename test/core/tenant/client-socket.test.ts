import { expect, it } from 'vitest'
import {
  describeIdle,
  parseClientSocket,
  renderClientSocket,
} from '../../../src/core/tenant/client-socket.ts'

it.each([
  ['203.0.113.9:51514', { address: '203.0.113.9', port: 51_514 }],
  ['[2001:db8::9]:1', { address: '2001:db8::9', port: 1 }],
])('%s is a connection of a client, and is written so', (text, client) => {
  expect(parseClientSocket(` ${text} `)).toEqual(client)
  expect(renderClientSocket(client)).toBe(text)
})

it.each([
  '',
  '203.0.113.9',
  '203.0.113.9:',
  '203.0.113.9:0',
  '203.0.113.9:65536',
  '2001:db8::9:1',
  'acme:1',
  '[]:1',
])('"%s" is none', (text) => {
  expect(parseClientSocket(text)).toBeUndefined()
})

it.each([
  [0, 'something came over it within the last second'],
  [40, 'nothing came over it for 40 s'],
  [7_199, 'nothing came over it for 119 minutes'],
  [7_200, 'nothing came over it for 2 hours'],
])('%i s idle: %s', (seconds, words) => {
  expect(describeIdle(seconds)).toBe(words)
})

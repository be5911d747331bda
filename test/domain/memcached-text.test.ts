import { describe, expect, it } from 'vitest'
import { parseStatsReply, parseVersionReply } from '../../src/domain/memcached-text.ts'

describe('the answer to version', () => {
  it.each([
    ['VERSION 1.6.18\r\n', '1.6.18'],
    ['VERSION 1.6.45-2_g1234\r\n', '1.6.45-2_g1234'],
    ['VERSION 1.6.18\n', undefined],
    ['VERSION 1.6.18\r\nVERSION 1.6.18\r\n', undefined],
    ['VERSION \r\n', undefined],
    ['version 1.6.18\r\n', undefined],
    ['-ERR unknown command\r\n', undefined],
    [`VERSION 1${'0'.repeat(200)}\r\n`, undefined],
    ['', undefined],
  ])('%j', (text, version) => {
    expect(parseVersionReply(text)).toBe(version)
  })
})

describe('the answer to stats', () => {
  it.each([
    [
      'STAT pid 1\r\nSTAT version 1.6.18\r\nEND\r\n',
      { kind: 'stats', values: { pid: '1', version: '1.6.18' } },
    ],
    [
      'STAT 1:addr tcp:172.17.0.1:45234\r\nSTAT memory_file \r\nEND\r\n',
      { kind: 'stats', values: { '1:addr': 'tcp:172.17.0.1:45234', memory_file: '' } },
    ],
    ['END\r\n', { kind: 'stats', values: {} }],
    ['STAT pid 1\r\n', { kind: 'incomplete' }],
    ['STAT pi', { kind: 'incomplete' }],
    ['ERROR Too many open connections\r\n', { kind: 'error', line: 'ERROR Too many open connections' }],
    ['CLIENT_ERROR unauthenticated\r\n', { kind: 'error', line: 'CLIENT_ERROR unauthenticated' }],
    ['HTTP/1.1 400 Bad Request\r\n', { kind: 'malformed', line: 'HTTP/1.1 400 Bad Request' }],
    ['STAT __proto__ 1\r\nEND\r\n', { kind: 'stats', values: Object.fromEntries([['__proto__', '1']]) }],
  ])('%j', (text, expected) => {
    const reply = parseStatsReply(text)
    expect(reply.kind === 'stats' ? { ...reply, values: { ...reply.values } } : reply).toEqual(expected)
  })
})

import { expect, test } from 'vitest'
import type { HostStatus } from '../../../src/contract/panel.ts'
import { listTroubles, nameTrouble } from '../../../src/renderer/rpc/host-trouble.ts'

const host = (name: string, connection: HostStatus['connection'], problem = ''): HostStatus => ({
  ...{ id: name, name, connection, problem, why: '', target: { kind: 'socket', path: '/run/docker.sock' } },
  ...{ publicAddress: null, mode: 'filtered', modeReason: '', portRange: { from: 20_000, to: 20_999 } },
  ...{
    tenants: 1,
    isDefault: false,
    createdAt: '2026-11-22T10:00:00.000Z',
    filterFault: null,
    putBack: null,
    server: null,
  },
})

test.each<[string, HostStatus['connection'], string, string]>([
  ['one that answers', 'connected', '', ''],
  ['one that was not asked yet', 'unknown', '', ''],
  ['one that does not answer', 'unreachable', 'HOST_UNREACHABLE', 'Not reached'],
  ['one with a hung Docker', 'connected', 'DOCKER_SILENT', 'Docker does not answer'],
  ['one without Docker', 'connected', 'DOCKER_UNREACHABLE', 'Docker does not answer'],
  ['one with anything else', 'connected', 'COMMAND_FAILED', 'Cannot be looked at'],
])('what is wrong with %s', (_, connection, problem, words) => {
  expect(nameTrouble(host('web1', connection, problem))).toBe(words)
})

test('what is wrong with all of them is said once for those that are alike', () => {
  const hosts = [
    host('db1', 'connected', 'DOCKER_UNREACHABLE'),
    host('web1', 'unreachable', 'TIMED_OUT'),
    host('web2', 'unreachable', 'LOGIN_REFUSED'),
    host('web3', 'connected'),
  ]
  expect(listTroubles({ hosts })).toBe('Docker does not answer: db1. Not reached: web1, web2')
  expect(listTroubles({ hosts: [] })).toBe('')
})

test('a host that was put back waits for a choice', () => {
  const putBack = { since: '2026-11-22T10:00:00.000Z', tenants: ['acme'], accepted: false }
  const hosts = [{ ...host('web1', 'connected'), putBack }]
  expect(listTroubles({ hosts })).toBe('Put back to an older state: web1')
  expect(hosts.map(nameTrouble)).toEqual([''])
  const accepted = [{ ...host('web1', 'connected'), putBack: { ...putBack, accepted: true } }]
  expect(listTroubles({ hosts: accepted })).toBe('Accepted as another server: web1')
})

test('a host that is another server waits for a choice, before anything else is said of it', () => {
  const putBack = { since: '2026-11-22T10:00:00.000Z', tenants: ['acme'], accepted: false }
  const server = { kind: 'replaced', sentence: 'It is another one.', advice: 'Choose.' } as const
  const hosts = [{ ...host('web1', 'connected'), putBack, server }]
  expect(listTroubles({ hosts })).toBe('Another server than before: web1')
})

test.each([
  [true, 'One server under two names: web1'],
  [false, 'Copy of another server: web1'],
  [null, 'One server under two names, or a copy: web1'],
])('a host with the records of another one is told as far as it is known: %s', (isSame, words) => {
  const server = { kind: 'twin', other: 'web2', isSame, sentence: '', advice: '' } as const
  expect(listTroubles({ hosts: [{ ...host('web1', 'connected'), server }] })).toBe(words)
})

import { describe, expect, it } from 'vitest'
import {
  countMemory,
  countPorts,
  describeLink,
  type HostRecord,
  listVersions,
} from '../../src/domain/host-facts.ts'
import { docker, facts, noDocker, notPrepared, ok } from './observations.ts'

const record: HostRecord = {
  range: { from: 20_000, to: 20_009 },
  tenants: [
    { port: 20_000, memoryMb: 60 },
    { port: 20_003, memoryMb: 600 },
    { port: null, memoryMb: 60 },
  ],
  released: [20_001, 20_003, 19_999],
  reservedMb: 1_000,
}
const none: HostRecord = { ...record, tenants: [], released: [], reservedMb: null }

describe('memory', () => {
  it('is promised with what each tenant costs besides, as the ledgers count', () => {
    // 60 + 10 + 16 twice, and 600 + 100 + 16.
    expect(countMemory(record, ok(facts), ok(docker))).toEqual({
      ...{ totalMb: 16_000, promisedMb: 888, promisableMb: 14_112, usedMb: 4_000, freeMb: 12_000 },
    })
  })
  it('is what Docker says where the host tells nothing', () => {
    expect(countMemory(none, notPrepared, ok({ ...docker, memTotalMb: 2_000 }))).toEqual({
      ...{ totalMb: 2_000, promisedMb: 0, promisableMb: 1_744, usedMb: null, freeMb: null },
    })
  })
  it('is unknown where nobody tells it, and never less than nothing', () => {
    expect(countMemory(record, notPrepared, noDocker)).toEqual({
      ...{ totalMb: null, promisedMb: 888, promisableMb: null, usedMb: null, freeMb: null },
    })
    expect(countMemory(record, ok({ ...facts, memTotalMb: 1_100 }), ok(docker)).promisableMb).toBe(0)
  })
})

it('ports count once, and only those of the range', () => {
  expect(countPorts(record)).toEqual({ from: 20_000, to: 20_009, taken: 2, keptBack: 1 })
})

it('versions that are not known are left out', () => {
  expect(listVersions(ok(facts), ok(docker), '1.2.0').map(({ name }) => name)).toEqual([
    ...['System', 'Linux', 'Docker', 'memcached', 'Helper', 'iptables'],
  ])
  expect(listVersions(notPrepared, noDocker, '1.2.0')).toEqual([])
  const bare = { ...facts, helper: null, iptables: null }
  expect(listVersions(ok(bare), ok({ ...docker, image: null }), '1.2.0').map(({ name }) => name)).toEqual([
    ...['System', 'Linux', 'Docker'],
  ])
  const old = { ...facts, helper: { version: '1.1.0', sha256: 'aa' } }
  expect(listVersions(ok(old), ok(docker), '1.2.0')).toContainEqual({
    ...{ name: 'Helper', version: '1.1.0, older than 1.2.0: prepare the host' },
  })
  expect(listVersions(ok(old), ok(docker), '1.0.0')).toContainEqual({ name: 'Helper', version: '1.1.0' })
})

it.each([
  [{ kind: 'socket', docker: 'socket' }, [], "By this computer's own Docker socket."],
  [{ kind: 'ssh', docker: 'stream-local' }, [], 'By one SSH connection; Docker by a forwarded socket.'],
  [
    { kind: 'ssh', docker: 'stream-local' },
    ['a:22', 'b:22'],
    'By one SSH connection through a:22 and b:22; Docker by',
  ],
  [{ kind: 'ssh', docker: 'dial-stdio' }, [], 'By one SSH connection; Docker by `docker system dial-stdio`'],
] as const)('%j through %j', (link, jumps, sentence) => {
  expect(describeLink(link, jumps)).toContain(sentence)
})

import { beforeEach, describe, expect, it } from 'vitest'
import type { Client } from '../../../src/contract/router.ts'
import type { MemoryHost } from '../../memory-host/memory-host.ts'
import { openMemoryWorld } from '../memory-world.ts'
import { problemOf, readWork } from '../panel.ts'

describe('a tenant that another panel made, in a program that never looked there since', () => {
  let client: Client
  let hostOf: (name: string) => MemoryHost
  let nyc1: MemoryHost
  const cidr = '203.0.113.7/32'

  beforeEach(async () => {
    ;({ client, hostOf } = await openMemoryWorld({ tenants: 8, timeLimits: { lookMs: 1_000 } }))
    nyc1 = hostOf('nyc1')
    const { tenants, revision } = nyc1.helper.state
    const [first] = Object.values(tenants)
    if (first === undefined) throw new Error('nyc1 has no tenant')
    const leak = { ...structuredClone(first), id: 'leak00000001', name: 'leak', port: 27_000, open: true }
    tenants[leak.id] = { ...leak, allow: [{ cidr, label: '' }], revision: revision + 1 }
    nyc1.helper.state.revision += 1
  })
  const leak = () => nyc1.helper.state.tenants['leak00000001']

  it.each<[string, () => Promise<unknown>, () => void]>([
    [
      'revoked',
      () => client.tenant.revoke({ name: 'leak', cidrs: [cidr] }),
      () => expect(leak()?.allow).toEqual([]),
    ],
    ['suspended', () => client.tenant.suspend({ name: 'LEAK' }), () => expect(leak()?.open).toBe(false)],
    [
      'deleted',
      async () => readWork(client.tenant.delete({ name: 'leak', confirmed: true })),
      () => expect(leak()).toBeUndefined(),
    ],
    ['shown', () => client.tenant.show({ name: 'leak' }), () => {}],
    [
      'asked for by name',
      async () => expect(await client.tenant.findNames({ names: ['leak', 'nobody'] })).toEqual(['leak']),
      () => {},
    ],
  ])('is %s', async (_, act, look) => {
    await act()
    look()
  })

  /** A record that a hostile host invents, under the same name and with an id of its own. */
  const invent = (host: MemoryHost) => {
    const { state } = host.helper
    const record = leak()
    if (record === undefined) throw new Error('it is there')
    state.revision += 1
    const evil = { ...structuredClone(record), id: 'evil00000001', revision: state.revision }
    state.tenants[evil.id] = evil
    return evil
  }
  const both = [
    { name: 'leak@fra1', host: 'fra1' },
    { name: 'leak@nyc1', host: 'nyc1' },
  ]
  const acts: [string, () => Promise<unknown>][] = [
    ['revoke', () => client.tenant.revoke({ name: 'leak', cidrs: [cidr] })],
    ['suspend', () => client.tenant.suspend({ name: 'LEAK' })],
    ['delete', async () => readWork(client.tenant.delete({ name: 'leak', confirmed: true }))],
    ['allow', () => client.tenant.allow({ name: 'leak', entries: [{ cidr: '203.0.113.8' }] })],
  ]

  it.each(acts)('is not guessed where another host claims its name: %s does nothing', async (_, act) => {
    invent(hostOf('fra1'))
    // As a command asks it before it asks whether to go on.
    expect(await client.tenant.findNames({ names: ['leak'] })).toEqual(['leak'])
    const problem = await problemOf(act())
    expect(problem).toMatchObject({ code: 'NAME_AMBIGUOUS', details: { tenants: both, unasked: [] } })
    expect(problem.message).toContain('leak@fra1 on fra1, leak@nyc1 on nyc1')
    // Again, and as it was on both.
    expect(await problemOf(act())).toMatchObject({ code: 'NAME_AMBIGUOUS', details: { tenants: both } })
    for (const name of ['fra1', 'nyc1']) {
      const { tenants } = hostOf(name).helper.state
      const those = Object.values(tenants).filter((tenant) => tenant.name === 'leak')
      expect(those).toMatchObject([{ open: true, allow: [{ cidr }] }])
    }
  })

  it.each(acts)('is not taken for the one on a host that answers while others do not: %s', async (_, act) => {
    invent(hostOf('fra1'))
    nyc1.mood = { kind: 'slow', delayMs: 60_000 }
    hostOf('sgp1').mood = { kind: 'down' }
    const problem = await problemOf(act())
    expect(problem).toMatchObject({
      code: 'NAME_AMBIGUOUS',
      details: { tenants: both.slice(0, 1), unasked: ['nyc1', 'sgp1'] },
    })
    expect(problem.message).toContain('nyc1, sgp1 could not be asked')
  })

  it('is meant by the name with its host, which stays, whatever the other host writes', async () => {
    const evil = invent(hostOf('fra1'))
    await problemOf(client.tenant.suspend({ name: 'leak' }))
    evil.revision = hostOf('fra1').helper.state.revision += 1
    evil.notes = 'newer'
    expect(await client.tenant.annotate({ name: 'leak@fra1', notes: 'mine' }).catch(() => null)).toBeNull()
    expect(await client.tenant.show({ name: 'leak@fra1' })).toMatchObject({ notes: 'newer', host: 'fra1' })
    expect(await problemOf(client.tenant.suspend({ name: 'leak' }))).toMatchObject({ code: 'NAME_AMBIGUOUS' })
    const { tenant } = await client.tenant.revoke({ name: 'leak@nyc1', cidrs: [cidr] })
    expect(tenant.host).toBe('nyc1')
    expect(leak()?.allow).toEqual([])
    expect(evil.allow).toMatchObject([{ cidr }])
  })

  it('gets its own name when all hosts have answered and no other has it', async () => {
    hostOf('fra1').mood = { kind: 'down' }
    const problem = await problemOf(client.tenant.suspend({ name: 'leak' }))
    expect(problem).toMatchObject({ code: 'NAME_AMBIGUOUS', details: { unasked: ['fra1'] } })
    hostOf('fra1').mood = { kind: 'well' }
    expect(await client.tenant.suspend({ name: 'leak' })).toMatchObject({ name: 'leak', host: 'nyc1' })
    expect(leak()?.open).toBe(false)
  })

  it('is found by the name that another panel gave it', async () => {
    await client.tenant.show({ name: 'leak' })
    const record = leak()
    if (record === undefined) throw new Error('it is there')
    nyc1.helper.state.revision += 1
    Object.assign(record, { name: 'drop', revision: nyc1.helper.state.revision })
    await client.tenant.suspend({ name: 'drop' })
    expect(leak()?.open).toBe(false)
  })

  it('is not found where its host is away, which is named and not waited for', async () => {
    hostOf('fra1').mood = { kind: 'down' }
    nyc1.mood = { kind: 'slow', delayMs: 60_000 }
    const since = performance.now()
    const problem = await problemOf(client.tenant.suspend({ name: 'leak' }))
    expect(problem).toMatchObject({ code: 'NOT_FOUND', details: { unasked: ['fra1', 'nyc1'] } })
    expect(problem.advice).toContain('fra1, nyc1')
    expect(performance.now() - since).toBeLessThan(5_000)
  })

  it('costs nothing where every name is known', async () => {
    const [known] = await client.tenant.list({ host: 'fra1' })
    const before = hostOf('sgp1').calls
    await client.tenant.findNames({ names: [known?.name ?? ''] })
    await client.tenant.annotate({ name: known?.name ?? '', notes: 'x' })
    expect(hostOf('sgp1').calls).toBe(before)
  })
})

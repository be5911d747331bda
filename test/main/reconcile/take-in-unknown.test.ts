import { beforeEach, describe, expect, it } from 'vitest'
import { findLongestTurn } from '../../../bench/longest-turn.ts'
import type { Client } from '../../../src/contract/router.ts'
import type { MemoryHost } from '../../memory-host/memory-host.ts'
import { type MemoryWorld, openMemoryWorld, reopenMemoryWorld } from '../memory-world.ts'
import { problemOf, readWork } from '../panel.ts'

describe('a tenant that another panel made, in a program that never looked there since', () => {
  let world: MemoryWorld
  let client: Client
  let hostOf: (name: string) => MemoryHost
  let nyc1: MemoryHost
  const cidr = '203.0.113.7/32'
  const timeLimits = { lookMs: 1_000 }

  beforeEach(async () => {
    world = await openMemoryWorld({ tenants: 8, timeLimits })
    ;({ client, hostOf } = world)
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

  describe('in a list while another host is away', () => {
    const list = async () =>
      (await client.tenant.list({}))
        .filter(({ name }) => name.startsWith('leak'))
        .map(({ name, host }) => [name, host])
    /** Another panel makes a tenant of that name there, with an id of its own. */
    const make = (host: MemoryHost, id: string) => {
      const made = invent(host)
      delete host.helper.state.tenants[made.id]
      host.helper.state.tenants[id] = { ...made, id }
    }
    const reopen = async () => {
      ;({ client } = await reopenMemoryWorld(world, { timeLimits }))
    }

    it('comes in with its host behind its name, and nothing is done under the bare one', async () => {
      const fra1 = hostOf('fra1')
      make(fra1, 'meant0000001')
      fra1.mood = { kind: 'down' }
      expect(await list()).toEqual([['leak@nyc1', 'nyc1']])
      const suspend = () => client.tenant.suspend({ name: 'leak' })
      expect(await problemOf(suspend())).toMatchObject({
        code: 'NAME_AMBIGUOUS',
        details: { tenants: [{ name: 'leak@nyc1', host: 'nyc1' }], unasked: ['fra1'] },
      })
      expect(leak()?.open).toBe(true)
      fra1.mood = { kind: 'well' }
      expect(await list()).toEqual(both.map(({ name, host }) => [name, host]))
      expect(await problemOf(suspend())).toMatchObject({ code: 'NAME_AMBIGUOUS', details: { tenants: both } })
      // Away again, both are known by their full names.
      fra1.mood = { kind: 'slow', delayMs: 60_000 }
      const problem = await problemOf(suspend())
      expect(problem).toMatchObject({ code: 'NAME_AMBIGUOUS', details: { tenants: both, unasked: ['fra1'] } })
      nyc1.mood = { kind: 'down' }
      expect(await problemOf(suspend())).toMatchObject({ code: 'NAME_AMBIGUOUS', details: { tenants: both } })
      expect(leak()?.open).toBe(true)
      expect(fra1.helper.state.tenants['meant0000001']?.open).toBe(true)
    })

    it('has that name still after a restart and after news of it', async () => {
      hostOf('fra1').mood = { kind: 'down' }
      expect(await list()).toEqual([['leak@nyc1', 'nyc1']])
      await reopen()
      const record = leak()
      if (record === undefined) throw new Error('it is there')
      nyc1.helper.state.revision += 1
      Object.assign(record, { notes: 'newer', revision: nyc1.helper.state.revision })
      expect(await list()).toEqual([['leak@nyc1', 'nyc1']])
      expect(await client.tenant.show({ name: 'leak@nyc1' })).toMatchObject({ notes: 'newer' })
      hostOf('fra1').mood = { kind: 'well' }
      expect(await list()).toEqual([['leak@nyc1', 'nyc1']])
      // Every host has answered and nobody else has it.
      expect(await client.tenant.suspend({ name: 'leak' })).toMatchObject({ name: 'leak', host: 'nyc1' })
    })

    it('leaves its name to the tenant there that has it here', async () => {
      const fra1 = hostOf('fra1')
      expect(await list()).toEqual([['leak', 'nyc1']])
      nyc1.mood = { kind: 'down' }
      make(fra1, 'newer0000001')
      const named = [
        ['leak', 'nyc1'],
        ['leak@fra1', 'fra1'],
      ]
      expect(await list()).toEqual(named)
      await reopen()
      nyc1.mood = { kind: 'well' }
      expect(await list()).toEqual(named)
      expect(await client.tenant.suspend({ name: 'leak' })).toMatchObject({ host: 'nyc1' })
      expect(fra1.helper.state.tenants['newer0000001']?.open).toBe(true)
    })

    it('gets no name by being renamed that it would not get by coming in', async () => {
      await list()
      hostOf('fra1').mood = { kind: 'down' }
      const record = leak()
      if (record === undefined) throw new Error('it is there')
      nyc1.helper.state.revision += 1
      Object.assign(record, { name: 'leak2', revision: nyc1.helper.state.revision })
      expect(await list()).toEqual([['leak2@nyc1', 'nyc1']])
    })
  })

  it('is not one of two hosts that list has shown it of, where a third claims its name', async () => {
    invent(hostOf('fra1'))
    expect(await problemOf(client.tenant.suspend({ name: 'leak' }))).toMatchObject({ code: 'NAME_AMBIGUOUS' })
    nyc1.mood = { kind: 'down' }
    const sgp1 = hostOf('sgp1')
    invent(sgp1)
    const evil = sgp1.helper.state.tenants['evil00000001']
    if (evil === undefined) throw new Error('it is there')
    delete sgp1.helper.state.tenants[evil.id]
    sgp1.helper.state.tenants['evil00000002'] = { ...evil, id: 'evil00000002' }
    const names = (await client.tenant.list({}))
      .map(({ name }) => name)
      .filter((name) => name.startsWith('leak'))
    expect(names).toEqual(['leak@fra1', 'leak@nyc1', 'leak@sgp1'])
  })

  it('costs nothing where every name is known', async () => {
    const [known] = await client.tenant.list({ host: 'fra1' })
    const before = hostOf('sgp1').calls
    await client.tenant.findNames({ names: [known?.name ?? ''] })
    await client.tenant.annotate({ name: known?.name ?? '', notes: 'x' })
    expect(hostOf('sgp1').calls).toBe(before)
  })
})

describe('a name that a host claims as often as it has ports', () => {
  it('stops nothing for long, and hides no other host', async () => {
    const world = await openMemoryWorld({ tenants: 8, timeLimits: { lookMs: 50_000 } })
    const [fra1, nyc1] = [world.hostOf('fra1'), world.hostOf('nyc1')]
    const claim = ({ helper: { state } }: MemoryHost, id: string, port: number): void => {
      const [first] = Object.values(state.tenants)
      if (first === undefined) throw new Error('the host has no tenant')
      state.revision += 1
      const { revision } = state
      state.tenants[id] = { ...structuredClone(first), id, name: 'leak', port, open: true, revision }
    }
    const many = 4_000
    for (let at = 0; at < many; at += 1) claim(fra1, `evil${String(at).padStart(8, '0')}`, 20_500 + at)
    claim(nyc1, 'leak00000001', 27_000)
    const suspend = () => problemOf(world.client.tenant.suspend({ name: 'leak' }))
    await suspend()
    // All are taken in: what is left is the choice between them.
    const { result: problem, cpu } = await findLongestTurn(suspend)
    if (problem.code !== 'NAME_AMBIGUOUS') throw new Error(problem.code)
    const { tenants, more } = problem.details as { tenants: { name: string; host: string }[]; more: number }
    expect(tenants).toHaveLength(20)
    expect(tenants).toContainEqual({ name: 'leak@nyc1', host: 'nyc1' })
    expect(tenants.length + more).toBe(many + 1)
    expect(problem.message).toMatch(/: there is leak@\S+ on \S+, leak@\S+ on \S+, .* and 3,996 more\./)
    expect(cpu).toBeLessThan(400)
  })
})

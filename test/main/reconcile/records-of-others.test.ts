import { beforeEach, describe, expect, it } from 'vitest'
import type { Client } from '../../../src/contract/router.ts'
import { updateHost } from '../../../src/main/adapters/store/hosts.ts'
import type { MemoryHost } from '../../memory-host/memory-host.ts'
import type { MemoryPanel } from '../../memory-host/open-memory-panel.ts'
import { openMemoryWorld } from '../memory-world.ts'
import { problemOf, readWork } from '../panel.ts'
import { withoutMetrics } from '../without-metrics.ts'

describe('what a host says of tenants that are not its own', () => {
  let panel: MemoryPanel
  let client: Client
  let takeNotices: () => string[]
  let fra1: MemoryHost
  let nyc1: MemoryHost

  beforeEach(async () => {
    const world = await openMemoryWorld({ tenants: 8 })
    ;({ panel, client, takeNotices } = world)
    fra1 = world.hostOf('fra1')
    nyc1 = world.hostOf('nyc1')
  })

  /** Every change of a host takes in first what is new there. */
  const change = (host: string, name: string) => readWork(client.tenant.create({ name, host }))
  /** As after another connection. */
  const lookAnew = async (name: string) => {
    const found = (await client.host.list()).find((host) => host.name === name)
    panel.context.services.hosts.retire(found?.id ?? '')
  }
  const listOf = async (host: string) => (await client.tenant.list({ host })).map(({ name }) => name)
  const record = (host: MemoryHost) => {
    const [first] = Object.values(host.helper.state.tenants)
    if (first === undefined) throw new Error('it has no tenant')
    return structuredClone(first)
  }

  it('leaves the tenants of other hosts as they are, and is told once', async () => {
    const theirs = record(fra1)
    const see = async () => (await client.tenant.list({ host: 'fra1' })).map(withoutMetrics)
    const before = await see()
    const forged = { ...theirs, name: 'forged', open: true, allow: [{ cidr: '198.51.100.66/32', label: '' }] }
    nyc1.helper.state.tenants[theirs.id] = { ...forged, revision: theirs.revision + 10, port: 25_000 }
    nyc1.helper.state.revision += 20
    await change('nyc1', 'mine')
    expect(await see()).toEqual(before)
    expect(await listOf('nyc1')).toContain('mine')
    expect(await listOf('nyc1')).not.toContain('forged')
    const told = takeNotices()
    expect(told).toEqual([expect.stringContaining(`${theirs.name} (${theirs.id}) of fra1`)])
    await change('nyc1', 'again')
    expect(takeNotices()).toEqual([])
    // Its own host still changes it.
    const changed = await client.tenant.annotate({ name: theirs.name, notes: 'kept' })
    expect(changed.notes).toBe('kept')
  })

  it.each([
    ['one server under two names', true],
    ['a copy', false],
  ])('is not taken in while it is %s', async (words, isSame) => {
    await change('fra1', 'first')
    nyc1.helper.state.hostId = fra1.helper.state.hostId
    if (isSame) nyc1.bootId = fra1.bootId
    const strange = { ...record(nyc1), id: 'strange00001', name: 'strange', port: 26_000 }
    nyc1.helper.state.tenants[strange.id] = strange
    nyc1.helper.state.revision += 1
    expect(await problemOf(change('nyc1', 'mine'))).toMatchObject({
      code: 'SERVER_TWICE',
      details: { host: 'nyc1', other: 'fra1', isSame },
    })
    expect(takeNotices()).toEqual([expect.stringContaining(words)])
    expect(await listOf('nyc1')).not.toContain('strange')
    const hosts = new Map((await client.host.list()).map(({ name, server }) => [name, server]))
    expect(hosts.get('nyc1')).toMatchObject({ kind: 'twin', sentence: expect.stringContaining(words) })
    expect(hosts.get('fra1')).toBeNull()
    expect((await client.host.check({ name: 'nyc1' })).lines).toContainEqual(
      expect.objectContaining({
        subject: 'Server',
        verdict: 'bad',
        sentence: expect.stringContaining(words),
      }),
    )
    // The first of the two goes on.
    await change('fra1', 'second')
    expect(takeNotices()).toEqual([])
    // Without it, over the same connection, there is no doubt any more.
    await client.host.remove({ name: 'fra1', forget: true })
    await change('nyc1', 'mine')
    expect(await listOf('nyc1')).toContain('strange')
  })

  it('is in doubt where it names the registry of a host that was known first, whichever was added first', async () => {
    await change('nyc1', 'first')
    fra1.helper.state.hostId = nyc1.helper.state.hostId
    expect(await problemOf(change('fra1', 'mine'))).toMatchObject({
      code: 'SERVER_TWICE',
      details: { host: 'fra1', other: 'nyc1' },
    })
    await change('nyc1', 'second')
    const hosts = new Map((await client.host.list()).map(({ name, server }) => [name, server]))
    expect([hosts.get('fra1')?.kind, hosts.get('nyc1')]).toEqual(['twin', null])
    // By its own again it is nobody's double.
    fra1.helper.state.hostId = 'its own'
    await lookAnew('fra1')
    await change('fra1', 'mine')
    expect(await listOf('fra1')).toContain('mine')
  })

  it('is not taken in where it is another server than before, and what is closed there stays pending', async () => {
    await change('nyc1', 'mine')
    const allowed = await client.tenant.allow({ name: 'mine', entries: [{ cidr: '203.0.113.7' }] })
    const kept = nyc1.helper.state.hostId
    nyc1.helper.state.hostId = 'another'
    await lookAnew('nyc1')
    expect(await problemOf(change('nyc1', 'next'))).toMatchObject({
      code: 'SERVER_REPLACED',
      details: { host: 'nyc1' },
    })
    expect(await problemOf(client.tenant.annotate({ name: 'mine', notes: 'x' }))).toMatchObject({
      code: 'SERVER_REPLACED',
      details: { host: 'nyc1', tenant: 'mine' },
    })
    const revisions = structuredClone(nyc1.helper.state.tenants)
    expect(await problemOf(client.tenant.revoke({ name: 'mine', cidrs: ['203.0.113.7'] }))).toMatchObject({
      code: 'NOT_IN_FORCE',
      details: { reason: expect.stringContaining('is another server than the one where mine was') },
    })
    expect(nyc1.helper.state.tenants).toEqual(revisions)
    const mine = (await client.tenant.list({ host: 'nyc1' })).find(({ name }) => name === 'mine')
    expect(mine).toMatchObject({ state: 'unknown', pending: [{ kind: 'revoke' }] })
    expect(mine?.why).toContain('another server than before')
    expect((await client.host.list()).find(({ name }) => name === 'nyc1')?.server).toMatchObject({
      kind: 'replaced',
    })
    // Its own server again: all goes on, and what was closed is closed.
    nyc1.helper.state.hostId = kept
    await lookAnew('nyc1')
    await change('nyc1', 'next')
    const { id } = allowed.tenant
    await expect.poll(() => nyc1.helper.state.tenants[id]?.allow, { timeout: 30_000 }).toEqual([])
    expect((await client.host.list()).find(({ name }) => name === 'nyc1')?.server).toBeNull()
  })

  it('is named by its id where no panel would have written it, and never fails the host', async () => {
    const good = { ...record(nyc1), revision: nyc1.helper.state.revision + 1, open: true, allow: [] }
    const { tenants } = nyc1.helper.state
    const known = Object.keys(tenants)
    const forged = [
      { ...good, id: 'good00000001', name: 'good', port: 27_000 },
      { ...good, id: 'port00000001', name: 'far', port: 120_000 },
      { ...good, id: 'name00000001', name: '\u001b[2Jclear', port: 27_001 },
      { ...good, id: 'cidr00000001', name: 'cidr', port: 27_002, allow: [{ cidr: 'nobody', label: '' }] },
      { ...good, id: 'twin00000001', name: 'twin', port: 27_000 },
      { ...good, id: 'theft0000001', name: 'thief', port: tenants[known[0] ?? '']?.port ?? 0 },
    ]
    const before = await listOf('nyc1')
    for (const each of forged) tenants[each.id] = each
    nyc1.helper.state.revision += 2
    await change('nyc1', 'mine')
    expect((await listOf('nyc1')).sort()).toEqual([...before, 'good', 'mine'].sort())
    const told = takeNotices().join('\n')
    for (const part of ['port00000001 (port)', 'name00000001 (name)', 'cidr00000001 (allowlist)'])
      expect(told).toContain(part)
    expect(told).toMatch(/port of another one, .*: twin00000001, theft0000001\./)
    expect(told).not.toContain('\u001b')
  })

  it('comes in for as many tenants as the host has ports, and is told in one sentence', async () => {
    const host = (await client.host.list()).find(({ name }) => name === 'nyc1')
    expect(host?.portRange).toEqual({ from: 20_000, to: 29_999 })
    const good = { ...record(nyc1), revision: nyc1.helper.state.revision + 1, open: true, allow: [] }
    for (let index = 0; index < 12_000; index += 1) {
      const id = `many${String(index).padStart(8, '0')}`
      const port = 20_100 + index
      nyc1.helper.state.tenants[id] = { ...good, id, name: `many-${index}`, port, limitMb: 1 }
    }
    nyc1.helper.state.revision += 2
    await change('nyc1', 'mine')
    const listed = await listOf('nyc1')
    expect(listed.length).toBeLessThanOrEqual(10_000)
    expect(listed.length).toBeGreaterThan(9_800)
    expect(takeNotices().length).toBeLessThanOrEqual(3)
    const [last] = await client.activity.list({ text: 'another panel', limit: 1 })
    expect(last).toMatchObject({ kind: 'host adopt', after: { tenants: expect.any(Number) } })
  }, 300_000)

  it('comes in for no more, also where those before are said to be deleted', async () => {
    const { state } = nyc1.helper
    const range = { from: 20_000, to: 20_009 }
    state.range = range
    const host = (await client.host.list()).find(({ name }) => name === 'nyc1')
    await panel.context.services.store.write((db) =>
      updateHost(db, host?.id ?? '', { rangeFrom: range.from, rangeTo: range.to }),
    )
    const mine = record(nyc1)
    const fill = async (round: number): Promise<string[]> => {
      state.revision += 1
      for (let port = 20_002; port <= range.to; port += 1) {
        const id = `round${round}x${port}`
        state.tenants[id] = { ...mine, id, name: id, port, revision: state.revision, open: true }
      }
      await lookAnew('nyc1')
      await client.tenant.annotate({ name: mine.name, notes: `round ${round}` })
      return listOf('nyc1')
    }
    expect(await fill(1)).toHaveLength(10)
    for (const [id, { port }] of Object.entries(state.tenants)) {
      if (!id.startsWith('round')) continue
      delete state.tenants[id]
      state.released.push({ port, at: new Date().toISOString(), tenantId: id })
    }
    expect(await fill(2)).toHaveLength(2)
    expect(takeNotices().join()).toContain('records of more tenants than it has ports')
  })

  it('takes over ports that two of its tenants have swapped', async () => {
    const { state } = nyc1.helper
    const [one, other] = Object.values(state.tenants)
    if (one === undefined || other === undefined) throw new Error('it has two tenants')
    state.revision += 1
    state.tenants[one.id] = { ...one, port: other.port, revision: state.revision }
    state.tenants[other.id] = { ...other, port: one.port, revision: state.revision }
    await change('nyc1', 'mine')
    const ports = new Map((await client.tenant.list({ host: 'nyc1' })).map(({ id, port }) => [id, port]))
    expect([ports.get(one.id), ports.get(other.id)]).toEqual([other.port, one.port])
    expect(takeNotices()).toEqual([expect.stringMatching(/^Another panel changed \S+, \S+ on nyc1\.$/)])
  })
})

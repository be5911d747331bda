import { once } from 'node:events'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Tenant } from '../../../src/contract/tenant.ts'
import { listHosts } from '../../../src/main/adapters/store/hosts.ts'
import { takeOutUnmade } from '../../../src/main/adapters/store/tenants.ts'
import { until } from '../../hosts/condition.ts'
import { openTenantWorld, putByAnother, recordOf, type TenantWorld } from '../memory-world.ts'
import { problemOf } from '../panel.ts'

const entry = { cidr: '203.0.113.77/32', label: 'theirs' }

describe('who gets in, as people read it where another panel changed it and no page looks', () => {
  let world: TenantWorld

  beforeEach(async () => {
    world = await openTenantWorld({ tenants: 16, timeLimits: { lookMs: 1_000, callMs: 2_000 } })
    await world.client.tenant.annotate({ name: world.name, notes: 'known' })
  })

  const listed = async (input: { host?: string }) =>
    (await world.client.tenant.list(input)).find(({ id }) => id === world.id)
  const readings: Readonly<Record<string, () => Promise<Tenant | undefined>>> = {
    list: () => listed({}),
    'list --host': () => listed({ host: 'nyc1' }),
    show: () => world.client.tenant.show({ name: world.name }),
  }

  describe('a host of which nothing is known here', () => {
    beforeEach(async () => {
      const { client, panel } = world
      const { store } = panel.context.services
      const ids = (await client.tenant.list({ host: 'nyc1' })).map((tenant) => tenant.id)
      await store.write((db) => {
        for (const each of ids) takeOutUnmade(db, each)
      })
    })
    const heldIds = () => Object.keys(world.nyc1.helper.state.tenants).sort()

    it('is asked all the same', async () => {
      const again = (await world.client.tenant.list({ host: 'nyc1' })).map((tenant) => tenant.id)
      expect(again.sort()).toEqual(heldIds())
    })

    it('has its tenants in the count of the list of hosts', async () => {
      const { client, panel } = world
      // Nothing has been taken in over this connection yet.
      const { hosts, store } = panel.context.services
      const stored = await store.read(listHosts)
      for (const each of stored) delete hosts.access(each).seen.adopted
      await client.host.helpers()
      const counted = (await client.host.list()).find((host) => host.name === 'nyc1')
      expect(counted?.tenants).toBe(heldIds().length)
    })

    it('is waited for no longer than a look while it is away', async () => {
      const { client, nyc1 } = world
      nyc1.mood = { kind: 'slow', delayMs: 60_000 }
      const since = performance.now()
      expect(await client.tenant.list({ host: 'nyc1' })).toEqual([])
      expect(performance.now() - since).toBeLessThan(4_000)
      nyc1.mood = { kind: 'down' }
    })
  })

  describe.each(Object.entries(readings))('%s', (_, read) => {
    it('is what the host has, and it is told once who changed it', async () => {
      const { name, takeNotices } = world
      putByAnother(world, { allow: [entry] })
      expect((await read())?.allow).toEqual([entry])
      expect(takeNotices()).toEqual([`Another panel changed ${name} on nyc1.`])
      putByAnother(world, { open: false })
      expect(await read()).toMatchObject({ state: 'suspended' })
      takeNotices()
      await read()
      expect(takeNotices()).toEqual([])
    })

    it('also while Docker does not answer there', async () => {
      const { api } = world.nyc1.docker
      const { listContainers } = api
      Object.assign(api, { listContainers: () => new Promise(() => {}) })
      putByAnother(world, { allow: [entry] })
      expect(await read()).toMatchObject({ state: 'unknown', allow: [entry] })
      Object.assign(api, { listContainers })
    })

    it('is what this panel knew last while the host is away, and is waited for no longer than a look', async () => {
      const { nyc1 } = world
      const before = await read()
      putByAnother(world, { allow: [entry] })
      nyc1.mood = { kind: 'slow', delayMs: 60_000 }
      const since = performance.now()
      expect(await read()).toMatchObject({ state: 'unknown', allow: before?.allow })
      expect(performance.now() - since).toBeLessThan(4_000)
      nyc1.mood = { kind: 'down' }
    })
  })

  it('has a tenant with a name of here under another one, and that is told so that both can be told apart', async () => {
    const { client, nyc1, takeNotices } = world
    const held = (await client.tenant.list({ host: 'fra1' }))[0]
    if (held === undefined) throw new Error('fra1 has no tenant')
    const { memoryMb, maxConnections, limitMb, notes, tags, createdAt } = recordOf(world)
    const limits = { memoryMb, maxConnections, limitMb }
    const tenant = { ...limits, notes, tags, createdAt, id: 'theirs000002', name: held.name }
    nyc1.helper.answer({ op: 'reserve', operationId: 'another-9', tenant, port: 26_100 })
    const ifRevision = nyc1.helper.state.tenants[tenant.id]?.revision ?? 0
    const placed = { ...tenant, port: 26_100, network: 1, open: true, allow: [] }
    nyc1.helper.answer({ op: 'put', operationId: 'another-10', ifRevision, tenant: placed })
    takeNotices()
    const listed = await client.tenant.list({})
    expect(listed.find((each) => each.id === tenant.id)?.name).toBe(`${held.name}@nyc1`)
    expect(takeNotices()).toContainEqual(
      expect.stringMatching(`made a tenant named ${held.name} on nyc1, .* it is called ${held.name}@nyc1\\.`),
    )
  })

  it('is in the activity, and many changes are told in one sentence', async () => {
    const { client, id, takeNotices } = world
    await client.tenant.list({})
    takeNotices()
    for (const notes of ['one', 'two', 'three', 'four']) {
      putByAnother(world, { notes })
      await client.tenant.list({})
    }
    putByAnother(world, {})
    await client.tenant.list({})
    const kept = await client.activity.list({ tenantId: id, text: 'another panel', limit: 4 })
    expect(kept.map(({ kind, after }) => [kind, after])).toEqual(
      ['four', 'three', 'two', 'one'].map((notes) => ['tenant annotate', { notes }]),
    )
    expect(takeNotices()).toEqual([expect.stringContaining('changed something 4 times')])
  })

  describe('whose cache somebody empties', () => {
    const flushes = async () =>
      (await world.client.activity.list({ tenantId: world.id })).filter(({ kind }) => kind === 'tenant flush')
    const look = () => world.client.tenant.figures({ ids: [world.id] })
    const flushByAnother = async () => {
      const { hosts, store } = world.panel.context.services
      const [host] = (await store.read(listHosts)).filter(({ name: each }) => each === 'nyc1')
      if (host === undefined) throw new Error('nyc1 is not known')
      const stream = await hosts.access(host).link.openPort(recordOf(world).port)
      const answered = once(stream, 'data')
      stream.write('flush_all\r\n')
      await answered
    }

    it('is told by the next figures, once; its own flush is no news', async () => {
      await look()
      await world.client.tenant.flush({ name: world.name, confirmed: true })
      await look()
      expect(await flushes()).toHaveLength(1)
      await flushByAnother()
      await look()
      await look()
      expect((await flushes()).map(({ actor }) => actor)[0]).toBe('another panel or a client')
      expect(await flushes()).toHaveLength(2)
    })
  })

  it('has tenants that another panel made, and not those that it deleted', async () => {
    const { client, nyc1, takeNotices } = world
    const record = { ...recordOf(world), id: 'theirs000001', name: 'theirs', port: 26_000 }
    const { revision: _, ...tenant } = record
    const { port, ...wanted } = tenant
    const reserve = { op: 'reserve', operationId: 'another-1', tenant: wanted, port } as const
    nyc1.helper.answer(reserve)
    const ifRevision = nyc1.helper.state.tenants[record.id]?.revision ?? 0
    const placed = { ...tenant, network: nyc1.helper.state.tenants[record.id]?.network ?? 1 }
    nyc1.helper.answer({ op: 'put', operationId: 'another-2', ifRevision, tenant: placed })
    expect((await client.tenant.list({})).map((each) => each.name)).toContain('theirs')
    expect(takeNotices()).toEqual(['Another panel made theirs on nyc1.'])
    const remove = { op: 'remove', operationId: 'another-3', ifRevision: null, tenantId: record.id } as const
    nyc1.helper.answer(remove)
    expect(await problemOf(client.tenant.show({ name: 'theirs' }))).toMatchObject({ code: 'NOT_FOUND' })
    expect((await client.tenant.list({})).map((each) => each.name)).not.toContain('theirs')
    expect(takeNotices()).toEqual(['Another panel deleted theirs on nyc1.'])
  })

  it.each(['list', 'show'])('has what was revoked here while its look took long: %s', async (reading) => {
    world = await openTenantWorld({ tenants: 16, timeLimits: { lookMs: 4_000, callMs: 4_000 } })
    const { client, name, nyc1 } = world
    const cidrs = (await client.tenant.show({ name })).allow.map(({ cidr }) => cidr)
    nyc1.mood = { kind: 'slow', delayMs: 1_800 }
    const before = nyc1.calls
    const read = readings[reading]?.()
    await until('the look has begun', () => nyc1.calls > before)
    nyc1.mood = { kind: 'well' }
    await client.tenant.revoke({ name, cidrs })
    expect((await read)?.allow).toEqual([])
  })
})

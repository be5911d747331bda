import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Client } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { createTenant, problemOf, readWork } from '../panel.ts'
import { type PanelHost, withOther } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { keepState, putStateBack } from './kept-state.ts'

const answer = { kind: 'answer' }
const closed = { kind: 'timeout' }

describeOnHosts('a host is put back', () => {
  let world: PanelHost
  let host: HostNamespace
  let client: Client
  /** Ports by the tenant's name. */
  const ports = new Map<string, number>()

  const talk = (name: string) => memcacheTalk(client, host.address4, ports.get(name) ?? 0)
  const show = (name: string) => world.panel.client.tenant.show({ name })
  const marked = async () => (await world.panel.client.host.list())[0]?.putBack
  const create = async (name: string, isAllowed = true): Promise<void> => {
    const allow = isAllowed ? [{ cidr: client.address4 }] : []
    ports.set(name, (await createTenant(world.panel, { name, allow })).port)
  }
  /** Everything that can be lost by it. */
  const change = async (): Promise<void> => {
    await world.panel.client.tenant.revoke({ name: 'rev', cidrs: [client.address4] })
    await world.panel.client.tenant.suspend({ name: 'sus' })
    await readWork(world.panel.client.tenant.delete({ name: 'del', confirmed: true }))
    await world.panel.client.tenant.allow({ name: 'all', entries: [{ cidr: client.address4 }] })
    await create('new')
  }
  /** Its state and journal are those of before. */
  const putBack = async (): Promise<void> => {
    // A question for the history that is still under way would notice it at once.
    await world.panel.context.services.background.idle(20_000)
    await putStateBack(host)
    expect(await talk('rev')).toMatchObject(answer)
  }
  const begin = async (): Promise<void> => {
    await Promise.all(['rev', 'sus', 'del', 'all'].map((name) => create(name, name !== 'all')))
    await keepState(host)
    await change()
  }
  const expectClosed = async (): Promise<void> => {
    expect(await talk('rev')).toEqual(closed)
    expect(await talk('sus')).toEqual(closed)
    expect(await talk('del')).toEqual(closed)
  }
  const settle = async (as: 'panel' | 'host') => {
    const plan = await world.panel.client.host.planRecover({ name: 'web1', as })
    const input = { name: 'web1', as, fingerprint: plan.fingerprint }
    const asked = await problemOf(readWork(world.panel.client.host.recover({ ...input, confirmed: false })))
    expect(asked.code).toBe('CONFIRMATION_NEEDED')
    await readWork(world.panel.client.host.recover({ ...input, confirmed: true }))
    return plan.steps.map(({ sentence }) => sentence)
  }
  /** Whatever finds something would mark it, tell it, or log it. */
  const expectNothingLeft = async (): Promise<void> => {
    const { length } = await world.panel.client.activity.list({})
    await world.panel.client.program.takeNotices()
    await world.panel.client.tenant.list({})
    expect(await marked()).toBeNull()
    expect(await world.panel.client.activity.list({})).toHaveLength(length)
    expect(await world.panel.client.program.takeNotices()).toEqual([])
    const plan = await world.panel.client.host.planRecover({ name: 'web1', as: 'panel' })
    expect(plan.steps).toEqual([])
  }

  beforeAll(async () => {
    // The history is asked for at once, so that nothing is left for later.
    world = await startPreparedPanelHost({ timeLimits: { historyEveryMs: 0 } })
    host = world.host
    client = await world.addClient()
    await begin()
    // No program is open that could close it before the one under test.
    await world.reopen(putBack)
  }, 180_000)
  afterAll(() => world?.stop())

  it('a fresh program closes at its first look what was closed, and tells all of it', async () => {
    const tenants = await world.panel.client.tenant.list({})
    await expectClosed()
    const why = (name: string) => tenants.find((tenant) => tenant.name === name)?.why
    expect(why('all')).toContain('was put back to an older state')
    expect(why('rev')).toBe('')
    expect(await marked()).toMatchObject({ tenants: ['all', 'del', 'new'] })
    const [notice] = await world.panel.client.program.takeNotices()
    expect(notice).toContain('web1 was put back to an older state. Closed again: ')
    for (const part of [`rev (${client.address4}/32)`, 'sus (nobody gets in)', 'del (nobody gets in)']) {
      expect(notice).toContain(part)
    }
    const log = await world.panel.client.activity.list({})
    const again = log.filter(({ kind }) => kind === 'host put-back')
    expect(again.map(({ tenant }) => tenant).sort()).toEqual(['del', 'rev', 'sus'])
    expect(again.every(({ outcome }) => outcome === 'done')).toBe(true)
    const { ready, lines } = await world.panel.client.host.check({ name: 'web1' })
    expect(ready).toBe(false)
    expect(lines).toContainEqual(expect.objectContaining({ subject: 'History', verdict: 'bad' }))
  })

  it('meanwhile access can be taken away; other changes say what to choose', async () => {
    const change = world.panel.client.tenant.allow({ name: 'all', entries: [{ cidr: '203.0.113.99' }] })
    expect(await problemOf(change)).toMatchObject({
      code: 'HOST_PUT_BACK',
      advice: expect.stringContaining('--as-host'),
    })
    expect(await world.panel.client.tenant.suspend({ name: 'all' })).toMatchObject({ state: 'suspended' })
    await world.panel.client.tenant.allow({ name: 'rev', entries: [{ cidr: client.address4 }] })
    expect(await talk('rev')).toMatchObject(answer)
    await world.panel.client.tenant.revoke({ name: 'rev', cidrs: [client.address4] })
    expect(await talk('rev')).toEqual(closed)
  })

  it('as the panel has it: the host gets all of it, and the second look finds nothing', async () => {
    expect(await settle('panel')).toEqual([
      'Remove del from web1 again',
      `Make new on web1 again with its port; its cache stays if its container still runs there; this lets in ${client.address4}/32`,
      expect.stringContaining('Give all on web1 what this panel has: allowlist'),
    ])
    expect(await talk('new')).toMatchObject(answer)
    expect(await talk('del')).toEqual(closed)
    // It was suspended meanwhile, and stays so with the list that the host has again.
    expect(await talk('all')).toEqual(closed)
    await world.panel.client.tenant.resume({ name: 'all' })
    expect(await talk('all')).toMatchObject(answer)
    await expectNothingLeft()
  })

  it('an open panel closes it by itself, and takes over what the host has', async () => {
    await Promise.all(
      ['rev', 'sus', 'all', 'new'].map((name) =>
        readWork(world.panel.client.tenant.delete({ name, confirmed: true })),
      ),
    )
    await begin()
    await putBack()
    const watching = new AbortController()
    const events = await world.panel.client.panel.watch(undefined, { signal: watching.signal })
    const reading = (async () => {
      for await (const _ of events);
    })().catch(() => {})
    await until('the panel has seen it', async () => (await marked()) !== null)
    await expectClosed()
    watching.abort()
    await reading
    expect(await settle('host')).toEqual([
      'Take del back from web1; nobody gets in until it is resumed',
      'Delete new here, because web1 does not have it; a container of it there goes, with its cache',
      'Take over what web1 has of all: allowlist',
    ])
    await expectClosed()
    expect((await show('all')).allow).toEqual([])
    expect((await show('del')).port).toBe(ports.get('del'))
    expect(await problemOf(show('new'))).toMatchObject({ code: 'NOT_FOUND' })
    await expectNothingLeft()
  })

  it('one that was changed so often since that only the digest of its history tells', async () => {
    await world.panel.client.tenant.allow({ name: 'rev', entries: [{ cidr: client.address4 }] })
    await keepState(host)
    await world.panel.client.tenant.revoke({ name: 'rev', cidrs: [client.address4] })
    // Now this panel has seen where the history is. An open one would see the rest a moment later by itself.
    await world.panel.client.tenant.list({})
    await world.reopen(async () => {
      await putStateBack(host)
      await withOther(host, async (other) => {
        for (const cidr of ['203.0.113.98', '203.0.113.99']) {
          await other.client.tenant.allow({ name: 'rev', entries: [{ cidr }] })
        }
      })
      expect(await talk('rev')).toMatchObject(answer)
    })
    await world.panel.client.tenant.list({})
    expect(await talk('rev')).toEqual(closed)
    expect(await marked()).toMatchObject({ tenants: ['rev'] })
    expect(await settle('host')).toEqual([
      'Take over what web1 has of rev: allowlist; this lets in 203.0.113.98/32, 203.0.113.99/32',
    ])
    expect((await show('rev')).allow.map(({ cidr }) => cidr)).toEqual(['203.0.113.98/32', '203.0.113.99/32'])
    await expectNothingLeft()
  })

  it('a tenant of such a host can be deleted before it is settled', async () => {
    await world.panel.client.tenant.resume({ name: 'sus' })
    await keepState(host)
    await world.panel.client.tenant.rename({ name: 'sus', newName: 'sus2' })
    await putStateBack(host)
    await world.panel.client.tenant.list({})
    expect(await marked()).toMatchObject({ tenants: ['sus2'] })
    expect(await talk('sus')).toMatchObject(answer)
    await readWork(world.panel.client.tenant.delete({ name: 'sus2', confirmed: true }))
    expect(await talk('sus')).toEqual(closed)
    await expectNothingLeft()
  })

  it('with a narrower range says which range it needs, and then gives every tenant back, cache and all', async () => {
    const prepare = async (portRange: { from: number; to: number }): Promise<number> => {
      const { fingerprint, steps } = await world.panel.client.host.planPrepare({ name: 'web1', portRange })
      const input = { name: 'web1', portRange, fingerprint, confirmed: false }
      await readWork(world.panel.client.host.prepare(input))
      return steps.length
    }
    const containers = async () => (await host.exec(['docker', 'ps', '-q', '--no-trunc'])).stdout
    await create('moved')
    await keepState(host)
    const wide = { from: 20_000, to: 30_009 }
    expect(await prepare(wide)).toBe(1)
    await create('late')
    for (const [port, name] of [
      [30_001, 'moved'],
      [30_002, 'late'],
    ] as const) {
      await readWork(world.panel.client.tenant.move({ name, port, confirmed: true }))
      ports.set(name, port)
    }
    const before = await containers()
    await putStateBack(host)
    await world.panel.client.tenant.list({})
    const refused = await problemOf(world.panel.client.host.planRecover({ name: 'web1', as: 'panel' }))
    expect(refused).toMatchObject({ code: 'RANGE_PUT_BACK', details: { tenants: ['late', 'moved'] } })
    expect(refused.advice).toContain('`memharbor host prepare web1 --range 20000-30009`')
    expect(await talk('late')).toEqual(closed)
    expect(await prepare(wide)).toBe(1)
    expect(await settle('panel')).toHaveLength(2)
    for (const name of ['late', 'moved']) {
      expect(await talk(name)).toMatchObject(answer)
      expect(await show(name)).toMatchObject({ port: ports.get(name), state: 'running' })
    }
    expect(await containers(), 'the same containers').toBe(before)
    await expectNothingLeft()
    expect(await prepare(wide)).toBe(0)
  })
})

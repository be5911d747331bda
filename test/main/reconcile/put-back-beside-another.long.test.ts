import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Tenant } from '../../../src/contract/tenant.ts'
import type { Client } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { openPage } from '../live/page.ts'
import { createTenant, type Panel, problemOf, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { keepState, putStateBack } from './kept-state.ts'

const answer = { kind: 'answer' }
const closed = { kind: 'timeout' }
const names = ['one', 'two', 'three', 'four']

describeOnHosts('a host that was put back is given what the panel has, beside another laptop', () => {
  let world: PanelHost
  let host: HostNamespace
  let client: Client
  /** Another laptop, with a store of its own; it knows of no state newer than the one that was put back. */
  let other: Panel
  const ports = new Map<string, number>()
  /** Called when the first panel is about to write a record. */
  let beforeWrite: (() => Promise<unknown>) | undefined

  beforeAll(async () => {
    const atPoint = async (point: string): Promise<void> => {
      if (point !== 'before write-record' || beforeWrite === undefined) return
      const call = beforeWrite
      beforeWrite = undefined
      await call()
    }
    world = await startPreparedPanelHost({ atPoint })
    host = world.host
    client = await world.addClient()
    for (const name of names) {
      const input = { name, memoryMb: 16, allow: [{ cidr: client.address4 }] }
      ports.set(name, (await createTenant(world.panel, input)).port)
    }
    other = await world.addPanel()
  })
  afterAll(() => world?.stop())

  const talk = (name: string) => memcacheTalk(client, host.address4, ports.get(name) ?? 0)
  const revoke = (name: string) => other.client.tenant.revoke({ name, cidrs: [client.address4] })
  /** Nothing but notes is lost by it. */
  const loseNotes = async (lost: readonly string[], notes: string): Promise<void> => {
    await keepState(host)
    for (const name of lost) await world.panel.client.tenant.annotate({ name, notes })
    await putStateBack(host)
    await world.panel.client.tenant.list({})
    expect(await waiting()).toEqual([...lost].sort())
  }
  const waiting = async () => (await world.panel.client.host.list())[0]?.putBack?.tenants
  const plan = () => world.panel.client.host.planRecover({ name: 'web1', as: 'panel' })
  const sentences = ({ steps }: Awaited<ReturnType<typeof plan>>) => steps.map(({ sentence }) => sentence)
  const recover = (fingerprint: string) =>
    readWork(world.panel.client.host.recover({ name: 'web1', as: 'panel', fingerprint, confirmed: true }))

  it('what is taken away under the work stays so, where it was not asked about', async () => {
    const lost = ['one', 'two', 'three']
    await loseNotes(lost, 'newer')
    const planned = await plan()
    for (const name of lost) {
      expect(sentences(planned)).toContain(`Give ${name} on web1 what this panel has: notes`)
    }
    // The first is given what it lost; the others have not been looked at for it yet.
    const [first = '', ...rest] = sentences(planned).map((sentence) => sentence.split(' ')[1] ?? '')
    const [second = '', third = ''] = rest
    beforeWrite = async () => {
      await revoke(second)
      await other.client.tenant.suspend({ name: third })
    }
    await recover(planned.fingerprint)
    expect(await talk(first)).toMatchObject(answer)
    expect(await talk(second)).toEqual(closed)
    expect(await talk(third)).toEqual(closed)
    // That is asked now, and until then no change here opens it.
    expect(await waiting()).toEqual([second, third].sort())
    const change = world.panel.client.tenant.annotate({ name: second, notes: 'newest' })
    expect(await problemOf(change)).toMatchObject({ code: 'HOST_PUT_BACK' })
    expect(sentences(await plan())).toContainEqual(
      expect.stringContaining(`Give ${second} on web1 what this panel has: allowlist; this lets in `),
    )
    const { fingerprint } = await world.panel.client.host.planRecover({ name: 'web1', as: 'host' })
    await readWork(
      world.panel.client.host.recover({ name: 'web1', as: 'host', fingerprint, confirmed: true }),
    )
    expect(await talk(second)).toEqual(closed)
    expect(await talk(third)).toEqual(closed)
  })

  it('what is taken away under the work stays so, where the allowlist is what was asked about', async () => {
    await keepState(host)
    const lost = ['one', 'four']
    for (const name of lost) {
      await world.panel.client.tenant.allow({ name, entries: [{ cidr: '203.0.113.50' }] })
    }
    await putStateBack(host)
    await world.panel.client.tenant.list({})
    const planned = await plan()
    const [first = '', second = ''] = sentences(planned).map((sentence) => sentence.split(' ')[1] ?? '')
    expect([first, second].sort()).toEqual([...lost].sort())
    expect(sentences(planned)).toContainEqual(
      `Give ${second} on web1 what this panel has: allowlist; this lets in 203.0.113.50/32`,
    )
    beforeWrite = () => revoke(second)
    await recover(planned.fingerprint)
    expect(await talk(first)).toMatchObject(answer)
    expect(await talk(second)).toEqual(closed)
    // That is asked now; the rest of what this panel has is there.
    expect(await waiting()).toEqual([second])
    const { fingerprint } = await world.panel.client.host.planRecover({ name: 'web1', as: 'host' })
    await readWork(
      world.panel.client.host.recover({ name: 'web1', as: 'host', fingerprint, confirmed: true }),
    )
    expect((await world.panel.client.tenant.show({ name: second })).allow.map(({ cidr }) => cidr)).toEqual([
      '203.0.113.50/32',
    ])
    await world.panel.client.tenant.allow({ name: second, entries: [{ cidr: client.address4 }] })
  })

  it('a revoke just before the record is written: it is refused', async () => {
    await loseNotes(['one'], 'again')
    beforeWrite = () => revoke('one')
    const work = recover((await plan()).fingerprint)
    const ended = await work.then(
      () => 'done',
      () => 'failed',
    )
    expect(await talk('one')).toEqual(closed)
    expect(ended).toBe('failed')
  })

  it('a revoke after the plan was shown: there has to be another plan, which says it', async () => {
    await other.client.tenant.allow({ name: 'one', entries: [{ cidr: client.address4 }] })
    expect(await talk('one')).toMatchObject(answer)
    const planned = await plan()
    await revoke('one')
    expect(await problemOf(recover(planned.fingerprint))).toMatchObject({ code: 'PLAN_STALE' })
    expect(await talk('one')).toEqual(closed)
    expect(sentences(await plan())).toEqual([
      expect.stringMatching(/^Give one on web1 what this panel has: allowlist/),
    ])
  })

  it('is settled by two panels at once, and both have the same afterwards', async () => {
    await recover((await plan()).fingerprint)
    const allow = [{ cidr: client.address4 }]
    ports.set('both', (await createTenant(world.panel, { name: 'both', memoryMb: 16, allow })).port)
    const both = [world.panel, other]
    const pages = both.map((each) => openPage(each.client))
    try {
      const eachSees = (what: string, holds: (tenant: Tenant | undefined) => boolean) =>
        until(what, () => pages.every((page) => holds(page.find('both'))), 30_000)
      await eachSees('both have it', (tenant) => tenant?.allow.length === 1)
      await keepState(host)
      await world.panel.client.tenant.revoke({ name: 'both', cidrs: [client.address4] })
      await world.panel.client.tenant.annotate({ name: 'both', notes: 'newer' })
      await eachSees(
        'both have what is newer',
        (tenant) => tenant?.notes === 'newer' && tenant.allow.length === 0,
      )
      await putStateBack(host)
      await until('it is closed again', async () => (await talk('both')).kind === 'timeout', 30_000)
      const plans = await Promise.all(
        both.map(({ client }) => client.host.planRecover({ name: 'web1', as: 'panel' })),
      )
      const ends = await Promise.allSettled(
        both.map(({ client }, at) => {
          const fingerprint = plans[at]?.fingerprint ?? ''
          return readWork(client.host.recover({ name: 'web1', as: 'panel', fingerprint, confirmed: true }))
        }),
      )
      // Whoever comes second is told that the host has changed meanwhile, or finds nothing left to do.
      const failed = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))
      for (const error of failed) {
        const { code } = await problemOf(Promise.reject(error))
        // By a look before the work, or by the host where both write at once.
        expect(['PLAN_STALE', 'REVISION_STALE']).toContain(code)
      }
      expect(failed.length).toBeLessThan(2)
      const views = await Promise.all(
        both.map(async ({ client }) => (await client.tenant.list({})).find(({ name }) => name === 'both')),
      )
      expect(views.map((view) => [view?.notes, view?.allow])).toEqual([
        ['newer', []],
        ['newer', []],
      ])
      expect(await talk('both')).toEqual(closed)
    } finally {
      for (const page of pages) await page.close()
    }
  })
})

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { skipReason } from '../../hosts/platform.ts'
import {
  addSandbox,
  createTenant,
  openPanel,
  type Panel,
  prepareSandbox,
  problemOf,
  readWork,
} from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'

const reason = skipReason()
const answer = { kind: 'answer' }
const closed = { kind: 'timeout' }
/** A closing that waits for nothing but the filter takes well under a second; one that waited for Docker took 10. */
const soonMs = 4_000
/** Docker, where it is frozen, is not waited for in real time. */
const timeLimits = { callMs: 4_000, lookMs: 2_000, heardMs: 500 }

describe.skipIf(reason !== null)(`access is taken away${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  let client: Client
  let panel: Panel
  let port: number
  let made = 0

  beforeAll(async () => {
    host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
    client = await startClient(host, { index: 0 })
    panel = await openPanel(undefined, { timeLimits })
    await addSandbox(panel, host)
    await prepareSandbox(panel, host)
  })
  afterAll(async () => {
    await panel?.stop()
    await client?.stop()
    await host?.stop()
  })
  beforeEach(async () => {
    made += 1
    port = (await createTenant(panel, { name: nameNow(), allow: [{ cidr: client.address4 }] })).port
    expect(await talk()).toMatchObject(answer)
  })
  afterEach(async () => {
    await host.resumeDocker()
  })

  const nameNow = (): string => `acme${made}`
  const talk = () => memcacheTalk(client, host.address4, port)
  const reopen = async (): Promise<void> => {
    await panel.close()
    panel = await openPanel(panel.dataDir, { timeLimits })
  }
  const verbs = {
    revoke: () => panel.client.tenant.revoke({ name: nameNow(), cidrs: [client.address4] }),
    suspend: () => panel.client.tenant.suspend({ name: nameNow() }),
    delete: () => readWork(panel.client.tenant.delete({ name: nameNow(), confirmed: true })),
  }
  /** When a client that asks again and again is not answered any more, in milliseconds from the call. */
  const closedAfter = async (work: Promise<unknown>): Promise<number> => {
    const began = performance.now()
    work.catch(() => {})
    while ((await memcacheTalk(client, host.address4, port, undefined, 500)).kind === 'answer') {
      if (performance.now() - began > 15_000) break
    }
    return performance.now() - began
  }

  it.each(['revoke', 'suspend', 'delete'] as const)(
    'from a fresh program with Docker frozen: %s',
    async (verb) => {
      await reopen()
      await host.pauseDocker()
      const work = verbs[verb]()
      expect(await closedAfter(work)).toBeLessThan(soonMs)
      // The rest of a delete needs Docker.
      await host.resumeDocker()
      await work
      expect(await talk()).toEqual(closed)
    },
  )

  it('a delete says soon that it is closed and that Docker does not answer, and is finished once it does', async () => {
    await reopen()
    await host.pauseDocker()
    const began = performance.now()
    const problem = await problemOf(verbs.delete())
    expect(problem).toMatchObject({ code: 'NOT_DELETED', details: { tenant: nameNow(), host: 'web1' } })
    expect(problem.message).toBe(
      `The port of ${nameNow()} on web1 is closed, but it is not deleted to the end. Host web1 did not answer in 4.0 s while: remove the container. Whether another network leads to its container cannot be told.`,
    )
    expect(performance.now() - began).toBeLessThan(3 * timeLimits.callMs)
    expect(await talk()).toEqual(closed)
    await host.resumeDocker()
    // Any change there finishes beside it what was left.
    await createTenant(panel, { name: `next${made}` })
    const name = nameNow()
    await until('it is gone', async () =>
      (await panel.client.tenant.list({})).every((tenant) => tenant.name !== name),
    )
  })

  it('from an open panel with Docker stopped', async () => {
    await host.stopDocker()
    await verbs.revoke()
    await host.startDocker()
    expect(await talk()).toEqual(closed)
  })

  it('while another change of the same tenant hangs, which then does not let it in again', async () => {
    await host.pauseDocker()
    const resize = readWork(panel.client.tenant.resize({ name: nameNow(), memoryMb: 128, confirmed: true }))
    const ended = resize.then(
      () => 'done',
      () => 'failed',
    )
    expect(await closedAfter(verbs.revoke())).toBeLessThan(soonMs)
    await host.resumeDocker()
    await ended
    expect(await talk()).toEqual(closed)
    expect((await panel.client.tenant.show({ name: nameNow() })).allow).toEqual([])
  })

  it('while an unfinished change of another tenant cannot be finished', async () => {
    await createTenant(panel, { name: `stuck${made}` })
    await host.pauseDocker()
    await panel.client.tenant.flush({ name: `stuck${made}`, confirmed: true }).catch(() => {})
    await reopen()
    expect(await closedAfter(verbs.revoke())).toBeLessThan(soonMs)
  })

  it('not in force while the host is away: that is told, kept, and done by the next program', async () => {
    await host.dropLink()
    const lost = await problemOf(verbs.revoke())
    expect(lost).toMatchObject({
      code: 'NOT_IN_FORCE',
      details: { tenant: nameNow(), host: 'web1', action: `revoking ${client.address4}/32 of ${nameNow()}` },
      advice: expect.stringContaining('tried again by whatever program runs on this store'),
    })
    const away = await panel.client.tenant.show({ name: nameNow() })
    expect(away.allow).toEqual([])
    expect(away.pending).toMatchObject([{ kind: 'revoke', cidrs: [`${client.address4}/32`] }])
    // The reading has tried it again: that has to fail first, so that it is the next program that does it.
    await panel.context.services.background.idle(20_000)
    await host.restoreLink()
    expect(await talk()).toMatchObject(answer)
    await reopen()
    await until('nothing is pending', async () => {
      const tenants = await panel.client.tenant.list({})
      return tenants.every(({ pending }) => pending.length === 0)
    })
    expect(await talk()).toEqual(closed)
    expect(await panel.client.program.takeNotices()).toContainEqual(
      expect.stringContaining(`Finished: tenant revoke of ${nameNow()}`),
    )
  })

  it('letting in again what is not closed yet: it is in afterwards', async () => {
    await host.dropLink()
    expect(await problemOf(verbs.revoke())).toMatchObject({ code: 'NOT_IN_FORCE' })
    await panel.close()
    await host.restoreLink()
    panel = await openPanel(panel.dataDir, { timeLimits })
    await panel.client.tenant.allow({ name: nameNow(), entries: [{ cidr: client.address4 }] })
    expect(await panel.client.tenant.show({ name: nameNow() })).toMatchObject({
      ...{ allow: [{ cidr: `${client.address4}/32` }], pending: [] },
    })
    expect(await talk()).toMatchObject(answer)
  })

  it('an entry that somebody wrote later is told and left', async () => {
    const cidr = client.address4
    await host.dropLink()
    expect(await problemOf(verbs.revoke())).toMatchObject({ code: 'NOT_IN_FORCE' })
    await panel.close()
    await host.restoreLink()
    const other = await openPanel()
    try {
      await addSandbox(other, host)
      await other.client.tenant.revoke({ name: nameNow(), cidrs: [cidr] })
      await other.client.tenant.allow({ name: nameNow(), entries: [{ cidr, label: 'paid again' }] })
    } finally {
      await other.stop()
    }
    panel = await openPanel(panel.dataDir, { timeLimits })
    await until('nothing is pending', async () => {
      return (await panel.client.tenant.list({})).every(({ pending }) => pending.length === 0)
    })
    expect(await talk()).toMatchObject(answer)
    expect(await panel.client.program.takeNotices()).toContainEqual(
      expect.stringContaining(`Another panel let in ${cidr}/32 to ${nameNow()}`),
    )
    const { allow } = await panel.client.tenant.show({ name: nameNow() })
    expect(allow).toEqual([{ cidr: `${cidr}/32`, label: 'paid again' }])
    await verbs.revoke()
    expect(await talk()).toEqual(closed)
  })

  it('an entry that only the host has', async () => {
    const other = await openPanel()
    try {
      await addSandbox(other, host)
      await other.client.tenant.allow({ name: nameNow(), entries: [{ cidr: '203.0.113.0/28' }] })
    } finally {
      await other.stop()
    }
    // This panel has not looked since.
    const { changed } = await panel.client.tenant.revoke({ name: nameNow(), cidrs: ['203.0.113.0/28'] })
    expect(changed).toMatchObject([{ cidr: '203.0.113.0/28' }])
    const { allow } = await panel.client.tenant.show({ name: nameNow() })
    expect(allow.map(({ cidr }) => cidr)).toEqual([`${client.address4}/32`])
    expect(await talk()).toMatchObject(answer)
  })

  it('an entry that nobody has is refused, and nothing changes', async () => {
    const refused = await problemOf(panel.client.tenant.revoke({ name: nameNow(), cidrs: ['192.0.2.9'] }))
    expect(refused).toMatchObject({ code: 'ENTRY_ABSENT', details: { cidr: '192.0.2.9/32' } })
    expect(await talk()).toMatchObject(answer)
  })

  it('a change that is taken back does not bring back what was revoked meanwhile', async () => {
    // Docker refuses the limit once it goes on, because the container is gone; the record was written before.
    await host.pauseDocker()
    const allow = panel.client.tenant.allow({ name: nameNow(), entries: [{ cidr: '203.0.113.99' }] })
    await verbs.revoke()
    await allow.catch(() => {})
    await host.resumeDocker()
    expect(await talk()).toEqual(closed)
    const { allow: left } = await panel.client.tenant.show({ name: nameNow() })
    expect(left.map(({ cidr }) => cidr)).toEqual(['203.0.113.99/32'])
  })
})

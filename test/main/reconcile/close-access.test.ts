import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { renderAllowlistChange } from '../../../src/main/cli/render-tenant.ts'
import type { Client } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import keepFromEnding from '../../hosts/keep-from-ending.py?raw'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { runScript } from '../../hosts/run-script.ts'
import { createTenant, problemOf, readWork } from '../panel.ts'
import { type PanelHost, withOther } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { closedAfter as measureClosing, soonMs } from './closed-after.ts'

const answer = { kind: 'answer' }
const closed = { kind: 'timeout' }
/** Docker, where it is frozen, is not waited for in real time. */
const timeLimits = { callMs: 4_000, lookMs: 2_000, heardMs: 500 }

describeOnHosts('access is taken away', () => {
  let world: PanelHost
  let host: HostNamespace
  let client: Client
  let port: number
  let made = 0
  /** Called at each point of the program. */
  let atPoint: (point: string) => Promise<void> = () => Promise.resolve()

  beforeAll(async () => {
    world = await startPreparedPanelHost({ timeLimits, atPoint: (point) => atPoint(point) })
    host = world.host
    client = await world.addClient()
  })
  afterAll(() => world?.stop())
  beforeEach(async () => {
    made += 1
    port = (await createTenant(world.panel, { name: nameNow(), allow: [{ cidr: client.address4 }] })).port
    expect(await talk()).toMatchObject(answer)
  })
  afterEach(async () => {
    atPoint = () => Promise.resolve()
    await host.resumeDocker()
  })

  /** The host is reached again, and what a program sent before it ended does not come through after all. */
  const comeBack = async (): Promise<void> => {
    await host.cutSsh()
    await host.restoreLink()
  }
  const nameNow = (): string => `acme${made}`
  const talk = () => memcacheTalk(client, host.address4, port)
  const verbs = {
    revoke: () => world.panel.client.tenant.revoke({ name: nameNow(), cidrs: [client.address4] }),
    suspend: () => world.panel.client.tenant.suspend({ name: nameNow() }),
    delete: () => readWork(world.panel.client.tenant.delete({ name: nameNow(), confirmed: true })),
  }
  const closedAfter = (work: Promise<unknown>) =>
    measureClosing(work, (ms) => memcacheTalk(client, host.address4, port, undefined, ms))

  // The other moods of Docker, at every step, are in the long run.
  it.each(['revoke', 'suspend'] as const)('%s, from a fresh program with Docker frozen', async (verb) => {
    await world.reopen()
    await host.pauseDocker()
    const work: Promise<unknown> = verbs[verb]()
    expect(await closedAfter(work)).toBeLessThan(soonMs)
    await work
    expect(await talk()).toEqual(closed)
  })

  it('revoke, from an open panel in which a change has failed that Docker does not let back', async () => {
    atPoint = async (point) => {
      if (point !== 'before write-record') return
      await host.pauseDocker()
      throw new Error('the program runs out of memory')
    }
    const resize = world.panel.client.tenant.resize({ name: nameNow(), memoryMb: 128, confirmed: true })
    expect(await problemOf(readWork(resize))).toMatchObject({ code: 'INTERNAL' })
    const [last] = await world.panel.client.activity.list({ tenant: nameNow(), limit: 1 })
    expect(last).toMatchObject({ kind: 'tenant resize', outcome: 'failed' })
    const revoking = verbs.revoke()
    expect(await closedAfter(revoking)).toBeLessThan(soonMs)
    await revoking
    expect(await talk()).toEqual(closed)
  })

  it('a delete says soon that it is closed and that Docker does not answer, and is finished once it does', async () => {
    await world.reopen()
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
    await createTenant(world.panel, { name: `next${made}` })
    const name = nameNow()
    await until('it is gone', async () =>
      (await world.panel.client.tenant.list({})).every((tenant) => tenant.name !== name),
    )
  })

  it('a delete goes on until its container is gone, where another removal is at it and may fail', async () => {
    const name = nameNow()
    const { id } = await world.panel.client.tenant.show({ name })
    const container = `memharbor-${id}`
    const docker = async (...words: string[]) => {
      const { stdout, stderr } = await host.exec(['docker', ...words])
      return stdout + stderr
    }
    const pid = (await docker('inspect', '-f', '{{.State.Pid}}', container)).trim()
    const holder = await host.spawn(['/usr/bin/python3', '-IS', '-c', keepFromEnding, pid])
    await holder.waitFor('held')
    const removal = await host.spawn(['docker', 'rm', '--force', container])
    const isAtIt = async () => (await docker('rm', container)).includes('already in progress')
    await until('the other removal is at it', isAtIt)
    const given = await problemOf(verbs.delete())
    expect(given).toMatchObject({ code: 'NOT_DELETED', details: { tenant: name, host: 'web1' } })
    expect(given.message).toContain('already in progress')
    const work = await world.panel.client.tenant.delete({ name, confirmed: true })
    let step = ''
    while (step !== 'remove-container') {
      const { done, value } = await work.next()
      if (done === true) throw new Error('it has ended before it removed the container')
      step = value.key
    }
    expect(await isAtIt()).toBe(true)
    await holder.kill()
    await readWork(Promise.resolve(work))
    expect(await docker('ps', '-a', '--format', '{{.Names}}')).not.toContain(container)
    await removal.exited()
  })

  it('while another change of the same tenant hangs, which then does not let it in again', async () => {
    await host.pauseDocker()
    const resize = readWork(
      world.panel.client.tenant.resize({ name: nameNow(), memoryMb: 128, confirmed: true }),
    )
    let isOver = false
    const ended = resize
      .catch(() => {})
      .then(() => {
        isOver = true
      })
    const revoking = verbs.revoke()
    expect(await closedAfter(revoking)).toBeLessThan(soonMs)
    expect(isOver).toBe(false)
    await revoking
    await host.resumeDocker()
    await ended
    expect(await talk()).toEqual(closed)
    expect((await world.panel.client.tenant.show({ name: nameNow() })).allow).toEqual([])
  })

  it('not in force while the host is away: that is told, kept, and done by the next program', async () => {
    await host.dropLink()
    const lost = await problemOf(verbs.revoke())
    expect(lost).toMatchObject({
      code: 'NOT_IN_FORCE',
      details: { tenant: nameNow(), host: 'web1', action: `revoking ${client.address4}/32 of ${nameNow()}` },
      advice: expect.stringContaining('tried again by whatever program runs on this store'),
    })
    const away = await world.panel.client.tenant.show({ name: nameNow() })
    expect(away.allow).toEqual([])
    expect(away.pending).toMatchObject([{ kind: 'revoke', cidrs: [`${client.address4}/32`] }])
    await world.reopen(async () => {
      await comeBack()
      expect(await talk()).toMatchObject(answer)
    })
    const notices: string[] = []
    await until('it is told to be finished', async () => {
      notices.push(...(await world.panel.client.program.takeNotices()))
      return notices.some((notice) =>
        notice.includes(`Finished: revoke ${client.address4}/32 of ${nameNow()}`),
      )
    })
    expect((await world.panel.client.tenant.show({ name: nameNow() })).pending).toEqual([])
    expect(await talk()).toEqual(closed)
  })

  it('letting in again what is not closed yet: it is in afterwards', async () => {
    await host.dropLink()
    expect(await problemOf(verbs.revoke())).toMatchObject({ code: 'NOT_IN_FORCE' })
    await world.reopen(comeBack)
    await world.panel.client.tenant.allow({ name: nameNow(), entries: [{ cidr: client.address4 }] })
    expect(await world.panel.client.tenant.show({ name: nameNow() })).toMatchObject({
      ...{ allow: [{ cidr: `${client.address4}/32` }], pending: [] },
    })
    expect(await talk()).toMatchObject(answer)
  })

  it('an entry that somebody wrote later is told and left, also beside a change that lets nobody in', async () => {
    const cidr = client.address4
    await host.dropLink()
    // The host may have it, which nobody knows.
    await problemOf(world.panel.client.tenant.annotate({ name: nameNow(), notes: 'moved' }))
    expect(await problemOf(verbs.revoke())).toMatchObject({ code: 'NOT_IN_FORCE' })
    await world.reopen(async () => {
      await comeBack()
      await withOther(host, async (other) => {
        await other.client.tenant.revoke({ name: nameNow(), cidrs: [cidr] })
        await other.client.tenant.allow({ name: nameNow(), entries: [{ cidr, label: 'paid again' }] })
      })
    })
    await until('nothing is pending', async () => {
      return (await world.panel.client.tenant.list({})).every(({ pending }) => pending.length === 0)
    })
    expect(await talk()).toMatchObject(answer)
    const notices: string[] = []
    await until('it is told', async () => {
      notices.push(...(await world.panel.client.program.takeNotices()))
      return notices.some((notice) => notice.includes(`Another panel let in ${cidr}/32 to ${nameNow()}`))
    })
    // Before the next change that which was not confirmed is settled, and the record is taken in.
    await world.panel.client.tenant.annotate({ name: nameNow(), notes: 'moved' })
    const { allow } = await world.panel.client.tenant.show({ name: nameNow() })
    expect(allow).toEqual([{ cidr: `${cidr}/32`, label: 'paid again' }])
    await verbs.revoke()
    expect(await talk()).toEqual(closed)
  })

  it('an entry that only the host has', async () => {
    await withOther(host, (other) =>
      other.client.tenant.allow({ name: nameNow(), entries: [{ cidr: '203.0.113.0/28' }] }),
    )
    // This panel has not looked since.
    const { changed } = await world.panel.client.tenant.revoke({ name: nameNow(), cidrs: ['203.0.113.0/28'] })
    expect(changed).toMatchObject([{ cidr: '203.0.113.0/28' }])
    const { allow } = await world.panel.client.tenant.show({ name: nameNow() })
    expect(allow.map(({ cidr }) => cidr)).toEqual([`${client.address4}/32`])
    expect(await talk()).toMatchObject(answer)
  })

  it('an entry that nobody has is refused, and what was named beside it is closed', async () => {
    const refused = await problemOf(
      world.panel.client.tenant.revoke({ name: nameNow(), cidrs: ['192.0.2.9'] }),
    )
    expect(refused).toMatchObject({ code: 'ENTRY_ABSENT', details: { cidr: '192.0.2.9/32' } })
    expect(await talk()).toMatchObject(answer)
    const [logged] = await world.panel.client.activity.list({ tenant: nameNow(), limit: 1 })
    expect(logged).toMatchObject({ kind: 'tenant revoke', outcome: 'undone', why: refused.message })
    const cidrs = ['192.0.2.9', client.address4]
    const partly = await problemOf(world.panel.client.tenant.revoke({ name: nameNow(), cidrs }))
    expect(partly.message).toBe(
      `192.0.2.9/32 is not on the allowlist of ${nameNow()}. Revoked: ${client.address4}/32.`,
    )
    expect(await talk()).toEqual(closed)
  })

  it('an entry that nobody has, and that one which only the host has covers: that one is named', async () => {
    await withOther(host, (other) =>
      other.client.tenant.allow({ name: nameNow(), entries: [{ cidr: '203.0.113.0/28' }] }),
    )
    const refused = await problemOf(
      world.panel.client.tenant.revoke({ name: nameNow(), cidrs: ['203.0.113.9'] }),
    )
    expect(refused).toMatchObject({ code: 'ENTRY_COVERED', details: { by: '203.0.113.0/28' } })
  })

  it('an entry of an older copy of the filter that another program put back: it is told, and out', async () => {
    const cidr = `${client.address4}/32`
    const old = '/root/ipset-of-before'
    expect((await host.exec(['sh', '-c', `ipset save mh4 > ${old}`])).status).toBe(0)
    await verbs.revoke()
    await world.panel.client.tenant.allow({ name: nameNow(), entries: [{ cidr: '203.0.113.99' }] })
    expect(await talk()).toEqual(closed)
    const putBack = `ipset flush mh4 && ipset restore -exist < ${old}`
    expect((await host.exec(['sh', '-c', putBack])).status).toBe(0)
    expect(await talk()).toMatchObject(answer)
    const { lines } = await world.panel.client.host.check({ name: 'web1' })
    expect(lines.filter(({ subject }) => subject === 'Filter')).toMatchObject([
      { verdict: 'bad', sentence: `The filter lets in without a record: ${cidr} to ${nameNow()}.` },
      {
        verdict: 'missing',
        sentence: `Allowed, and not let in by the filter: 203.0.113.99/32 to ${nameNow()}.`,
      },
    ])
    const change = await verbs.revoke()
    expect(change).toMatchObject({ changed: [], strays: [cidr] })
    expect(renderAllowlistChange('Revoked', change)).toBe(
      `${cidr} was not on the allowlist of ${nameNow()}, but the filter of web1 let it in, as after an older copy of it was put back by another program: it is out now.`,
    )
    expect(await talk()).toEqual(closed)
    expect(await problemOf(verbs.revoke())).toMatchObject({ code: 'ENTRY_ABSENT' })
    const { lines: after } = await world.panel.client.host.check({ name: 'web1' })
    expect(after.filter(({ subject }) => subject === 'Filter')).toMatchObject([{ verdict: 'good' }])
  })

  it('a rule that brings in for another address whom it keeps out: the check says which, and how it goes', async () => {
    await verbs.revoke()
    expect(await talk()).toEqual(closed)
    // As for a floating address that the server does not have itself: the filter takes it for another host's.
    const floating = '198.18.0.7'
    const rule = `PREROUTING -d ${floating}/32 -j DNAT --to-destination ${host.address4}`
    await runScript(host, `iptables -t nat -I ${rule}`)
    expect(await memcacheTalk(client, floating, port)).toMatchObject(answer)
    const { lines } = await world.panel.client.host.check({ name: 'web1' })
    const [found] = lines.filter(({ subject }) => subject === 'Redirects')
    expect(found).toMatchObject({
      verdict: 'bad',
      sentence: `A rule leads to tenants past the filter: iptables -t nat -A ${rule}`,
    })
    await runScript(host, /iptables -t nat -D .*/.exec(found?.advice ?? '')?.[0] ?? 'false')
    expect(await memcacheTalk(client, floating, port)).not.toMatchObject(answer)
  })

  it('an allow of somebody else beside it does not bring back what was revoked', async () => {
    await host.pauseDocker()
    const allow = world.panel.client.tenant.allow({ name: nameNow(), entries: [{ cidr: '203.0.113.99' }] })
    await verbs.revoke()
    await allow.catch(() => {})
    await host.resumeDocker()
    expect(await talk()).toEqual(closed)
    const { allow: left } = await world.panel.client.tenant.show({ name: nameNow() })
    expect(left.map(({ cidr }) => cidr)).toEqual(['203.0.113.99/32'])
  })
})

import { existsSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Progress } from '../../../src/contract/progress.ts'
import { observeCgroups } from '../../hosts/cgroups.ts'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { addSandbox, createTenant, problemOf, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedHost, startPreparedPanelHost } from '../prepared-host.ts'
import { expectAgreementAtLast, readRecords } from './agreement.ts'
import { armCutter } from './cutter.ts'

type Work = AsyncIterator<Progress, unknown, unknown>
/** A blow that falls at a step of long work; the work goes on meanwhile. */
type Blow = () => Promise<unknown>

describeOnHosts('cut off at every step', () => {
  let world: PanelHost
  let host: HostNamespace
  let changes = 0

  beforeAll(async () => {
    world = await startPreparedPanelHost()
    host = world.host
    await createTenant(world.panel, { name: 'steady', allow: [{ cidr: '203.0.113.1' }] })
  })

  afterAll(() => world?.stop())

  /** Something that changes the host, and so has to put right first what was cut off. */
  const changeSomething = async () => {
    changes += 1
    await world.panel.client.tenant.allow({ name: 'steady', entries: [{ cidr: `198.51.100.${changes}` }] })
  }

  /** Lets the blow fall at a step, and reads on to the end, good or bad. */
  const strikeAt = async (started: Promise<Work>, key: string, state: Progress['state'], blow: Blow) => {
    let struck: Promise<unknown> | undefined
    let made = false
    try {
      const work = await started
      for (;;) {
        const next = await work.next()
        if (next.done === true) break
        if (next.value.key === key && next.value.state === state) struck ??= blow()
      }
      made = true
    } catch {
      // The link is gone: that is what is tested.
    }
    expect({ key, state, struck: struck !== undefined }).toEqual({ key, state, struck: true })
    await struck
    return made
  }

  /** Docker is frozen, and somebody's request waits to be taken: the third column of a listening socket's line. */
  const dockerIsAsked = () =>
    until('a request waits for Docker', async () => {
      const { stdout } = await host.exec(['ss', '-Hxl', 'src', '*/docker.sock'])
      return Number(stdout.split(/\s+/)[2]) > 0
    })
  /** Docker has the request and has not begun with it when the link goes. */
  const cutWhileDockerHangs: Blow = async () => {
    await dockerIsAsked()
    await host.cutSsh()
    await host.resumeDocker()
  }
  const names = async () => (await world.panel.client.tenant.list({})).map(({ name }) => name).sort()

  it.each([
    ['reserve-port', 'started'],
    ['reserve-port', 'done'],
    ['write-record', 'started'],
    ['write-record', 'done'],
    ['create-container', 'started'],
    ['create-container', 'done'],
    ['await-answer', 'started'],
    ['await-answer', 'done'],
  ] as const)('create, when %s has %s', async (key, state) => {
    const ports = (await readRecords(host)).map(({ port }) => port)
    const name = `${key}-${state}`
    const cut = await armCutter(host)
    const work = world.panel.client.tenant.create({ name, allow: [{ cidr: '203.0.113.2' }] })
    const made = await strikeAt(work, key, state, cut)
    await changeSomething()
    await expectAgreementAtLast(world.panel, host, name)
    expect((await names()).includes(name)).toBe(made)
    // A port that nobody was told of is given out again.
    const lowest = Math.max(...ports) + (made ? 2 : 1)
    const next = await createTenant(world.panel, { name: `${name}-next` })
    expect(next.port).toBe(lowest)
  })

  it('create, with Docker hanging when the link goes', async () => {
    await host.pauseDocker()
    const made = await strikeAt(
      world.panel.client.tenant.create({ name: 'hung' }),
      'create-container',
      'started',
      cutWhileDockerHangs,
    )
    expect(made).toBe(false)
    await changeSomething()
    await expectAgreementAtLast(world.panel, host, 'hung')
  })

  it('create, with the program ended while Docker hangs', async () => {
    await host.pauseDocker()
    const work = await world.panel.client.tenant.create({ name: 'orphan' })
    for (;;) {
      const next = await work.next()
      if (next.done === true || next.value.key === 'create-container') break
    }
    await dockerIsAsked()
    await host.cutSsh()
    await world.reopen()
    await host.resumeDocker()
    await changeSomething()
    await expectAgreementAtLast(world.panel, host, 'orphan')
  })

  it('create, cancelled while Docker hangs', async () => {
    await createTenant(world.panel, { name: 'made-before' })
    await host.pauseDocker()
    const stop = new AbortController()
    const work = world.panel.client.tenant.create({ name: 'cancelled' }, { signal: stop.signal })
    await strikeAt(work, 'create-container', 'started', async () => {
      stop.abort()
      await host.resumeDocker()
    })
    await changeSomething()
    await expectAgreementAtLast(world.panel, host, 'cancelled')
    expect(await names()).not.toContain('cancelled')
  })

  it.each([0, 1, 2, 4, 8, 16, 32])('allow and revoke, after %s ms', async (ms) => {
    for (const [verb, call] of [
      [
        'allow',
        () => world.panel.client.tenant.allow({ name: 'steady', entries: [{ cidr: '203.0.113.3' }] }),
      ],
      ['revoke', () => world.panel.client.tenant.revoke({ name: 'steady', cidrs: ['203.0.113.3'] })],
    ] as const) {
      const cut = await armCutter(host)
      const change = call().then(
        () => 'done',
        () => 'failed',
      )
      await new Promise((resolve) => setTimeout(resolve, ms))
      await cut()
      const outcome = await change
      await changeSomething()
      await expectAgreementAtLast(world.panel, host, `${verb} after ${ms} ms`)
      // An acknowledged change stays; one that failed is there or not, but the same everywhere.
      const { allow } = await world.panel.client.tenant.show({ name: 'steady' })
      const isIn = allow.some(({ cidr }) => cidr === '203.0.113.3/32')
      if (outcome === 'done') expect(isIn).toBe(verb === 'allow')
    }
  })

  it.each([
    ['write-record', 'started'],
    ['write-record', 'done'],
    ['remove-container', 'started'],
    ['remove-container', 'done'],
    ['drop-record', 'started'],
    ['drop-record', 'done'],
  ] as const)('delete, when %s has %s', async (key, state) => {
    const name = `doomed-${key}-${state}`
    await createTenant(world.panel, { name, allow: [{ cidr: '203.0.113.2' }] })
    const cut = await armCutter(host)
    await strikeAt(world.panel.client.tenant.delete({ name, confirmed: true }), key, state, cut)
    await changeSomething()
    await expectAgreementAtLast(world.panel, host, name)
    expect(await names()).not.toContain(name)
  })

  it('no memory for the container', async () => {
    const other = await startPreparedHost({ name: 'web2', sudo: 'nopasswd' })
    try {
      await addSandbox(world.panel, other)
      // Docker makes the group of all containers with the first one.
      await createTenant(world.panel, { name: 'small', host: 'web2' })
      await readWork(world.panel.client.tenant.delete({ name: 'small', confirmed: true }))
      const limit = observeCgroups(other.id)
        .flatMap((path) => [`${path}/memory.max`, `${path}/memory.limit_in_bytes`])
        .filter((path) => existsSync(path))
      expect(limit).toHaveLength(1)
      const limitTo = (bytes: number) => writeFileSync(limit[0] ?? '', String(bytes))
      limitTo(2 ** 20)
      const failed = await problemOf(
        readWork(world.panel.client.tenant.create({ name: 'large', host: 'web2' })),
      )
      expect(['DOCKER_FAILED', 'TENANT_SILENT']).toContain(failed.code)
      expect(await readRecords(other)).toEqual([])
      expect((await other.exec(['docker', 'ps', '-aq'])).stdout).toBe('')
      expect(await names()).not.toContain('large')
      limitTo(2 ** 30)
      expect((await createTenant(world.panel, { name: 'large', host: 'web2' })).port).toBe(20_001)
    } finally {
      await other.stop()
    }
  })
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { PanelEvent } from '../../../src/contract/panel.ts'
import type { Client } from '../../../src/contract/router.ts'
import { router } from '../../../src/main/router.ts'
import { until } from '../../hosts/condition.ts'
import { type MemoryPanel, openMemoryPanel } from '../../memory-host/open-memory-panel.ts'
import { readWork } from '../panel.ts'
import { openPage, type Page, untilQuiet } from './page.ts'

const many = 10_000
/** Nobody waits for the next look longer than needed. */
const lookEveryMs = 1_000
/** A busy machine looks at its hosts less often. */
const patient = 60_000
vi.setConfig({ testTimeout: 240_000 })

describe('10,000 tenants on hosts in memory', () => {
  let dataDir: string
  let panel: MemoryPanel
  let client: Client
  const pages: Page[] = []
  const open = (): Page => {
    const page = openPage(client)
    pages.push(page)
    return page
  }

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'memharbor-test-'))
    // A busy machine takes long for a look, which is no Docker that hangs.
    const timeLimits = { lookEveryMs, lookMs: 15_000, historyEveryMs: 0 }
    panel = await openMemoryPanel({ dataDir, tenants: many, timeLimits })
    client = createRouterClient(router, { context: panel.context })
  })

  afterAll(async () => {
    for (const page of pages) await page.close()
    await panel?.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  it('come in pieces, the first at once, and once more when they were looked at', async () => {
    for (const host of panel.hosts.values()) host.mood = { kind: 'slow', delayMs: 1_500 }
    const page = open()
    await until('everything is loaded', () => page.isLoaded(), patient)
    for (const host of panel.hosts.values()) host.mood = { kind: 'well' }
    await until(
      'all is seen',
      () => ![...page.tenants.values()].some(({ state }) => state === 'unknown'),
      patient,
    )
    await untilQuiet(page)
    const pieces = page.events.flatMap((event) => (event.kind === 'tenants' ? [event.tenants] : []))
    expect(page.events[0]?.kind).toBe('hosts')
    expect(pieces[0]).toHaveLength(100)
    expect(
      pieces[0]?.every(({ state, why }) => state === 'unknown' && why.endsWith('Not looked at yet.')),
    ).toBe(true)
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(500)
    expect(page.tenants.size).toBe(many)
    expect([...page.hosts.values()].map(({ connection, tenants }) => [connection, tenants])).toEqual(
      Array.from({ length: 4 }, () => ['connected', many / 4]),
    )
    const listed = await client.tenant.list({ isQuick: true })
    expect(listed).toHaveLength(many)
    for (const { filterFault: _, metrics: __, unseen: ___, ...tenant } of listed)
      expect(page.tenants.get(tenant.id)).toEqual(tenant)
    const states = new Set(listed.map(({ state }) => state))
    expect(states).toEqual(new Set(['running', 'suspended', 'stopped', 'failed']))
  })

  it('send nothing while looks show nothing new', async () => {
    const page = open()
    await until('everything is loaded', () => page.isLoaded(), patient)
    await untilQuiet(page)
    const before = page.events.length
    const calls = (): number => [...panel.hosts.values()].reduce((sum, host) => sum + host.calls, 0)
    const callsBefore = calls()
    await until('every host was looked at twice more', () => calls() >= callsBefore + 4 * 2 * 2, patient)
    await untilQuiet(page)
    expect(page.events.slice(before)).toEqual([])
  })

  it('tell one change of one tenant as one tenant', async () => {
    const page = open()
    await until('everything is loaded', () => page.isLoaded(), patient)
    await untilQuiet(page)
    const running = [...page.tenants.values()].find(({ state }) => state === 'running')
    if (running === undefined) throw new Error('none runs')
    // The first figures of a cache tell its health, which is a change by itself; a suspend asks for them too.
    await client.tenant.figures({ ids: [running.id] })
    await until('its health is told', () => page.tenants.get(running.id)?.health !== 'unknown', patient)
    await untilQuiet(page)
    const before = page.events.length
    await client.tenant.suspend({ name: running.name })
    await until('it is told', () => page.tenants.get(running.id)?.state === 'suspended', patient)
    await untilQuiet(page)
    const told = page.events.slice(before).flatMap((event) => (event.kind === 'tenants' ? event.tenants : []))
    expect(told.map(({ id, state }) => [id, state])).toEqual([[running.id, 'suspended']])
    await client.tenant.resume({ name: running.name })
    await until('it is told', () => page.tenants.get(running.id)?.state === 'running', patient)
  })

  it('a container that ends is noticed by the next look', async () => {
    const page = open()
    await until('everything is loaded', () => page.isLoaded(), patient)
    await untilQuiet(page)
    const victim = [...page.tenants.values()].find(
      ({ state, host }) => state === 'running' && host === 'sgp1',
    )
    if (victim === undefined) throw new Error('none runs')
    panel.hosts.get('sgp1')?.docker.end(victim.id, 137)
    await until('it is told', () => page.tenants.get(victim.id)?.state === 'stopped', patient)
    await readWork(client.tenant.restart({ name: victim.name, confirmed: true }))
    await until('it runs', () => page.tenants.get(victim.id)?.state === 'running', patient)
  })

  it('notices come to those who watch, and to nobody again', async () => {
    const { notices } = panel.context.services
    const page = open()
    await until('it reads', () => page.events.length > 0)
    notices.add('first')
    await until('it is told', () => page.notices.includes('first'))
    expect(await client.program.takeNotices()).toEqual([])
    for (const each of pages.splice(0)) await each.close()
    notices.add('second')
    notices.add('third')
    const late = open()
    await until('they are told', () => late.notices.length === 2)
    expect(late.notices).toEqual(['second', 'third'])
    expect(await client.program.takeNotices()).toEqual([])
    await late.close()
    const urgent: string[] = []
    const end = notices.listen((sentence) => urgent.push(sentence), true)
    notices.add('fourth')
    notices.add('now', true)
    end()
    expect(urgent).toEqual(['now'])
    expect(await client.program.takeNotices()).toEqual(['fourth'])
  })

  it('a dead host is told with its reason, delays nobody, and comes back', async () => {
    const dead = panel.hosts.get('nyc1')
    if (dead === undefined) throw new Error('nyc1 is missing')
    const page = open()
    await until('everything is loaded', () => page.isLoaded(), patient)
    await untilQuiet(page)
    dead.mood = { kind: 'down' }
    const status = () => [...page.hosts.values()].find(({ name }) => name === 'nyc1')
    await until('it is told', () => status()?.connection === 'unreachable', patient)
    await untilQuiet(page)
    expect(status()).toMatchObject({ problem: 'HOST_UNREACHABLE', why: expect.stringContaining('port 22') })
    const states = (host: string) =>
      new Set([...page.tenants.values()].filter((each) => each.host === host).map(({ state }) => state))
    expect(states('nyc1')).toEqual(new Set(['unknown']))
    const { result } = await readWork(client.tenant.create({ name: 'new one', host: 'tor1' }))
    await until('it is told', () => page.tenants.get(result.id)?.state === 'running', patient)
    dead.mood = { kind: 'slow', delayMs: 60_000 }
    const late = open()
    await until('a second page is loaded', () => late.isLoaded(), patient)
    expect(late.tenants.size).toBe(many + 1)
    dead.mood = { kind: 'well' }
    await until('it is back', () => status()?.connection === 'connected', patient)
    await until('and its tenants', () => !states('nyc1').has('unknown'), patient)
    await readWork(client.tenant.delete({ name: 'new one', confirmed: true }))
    await until('it is gone', () => !page.tenants.has(result.id), patient)
  })

  it('a reader that goes away while it waits is let go', async () => {
    const events = await client.panel.watch()
    const readKind = async () => ((await events.next()).value as PanelEvent | undefined)?.kind
    while ((await readKind()) !== 'loaded') {}
    const waiting = events.next()
    await events.return?.(undefined)
    expect((await waiting).done).toBe(true)
  })

  it('nobody looks when nobody watches', async () => {
    for (const page of pages.splice(0)) await page.close()
    const calls = (): number => [...panel.hosts.values()].reduce((sum, host) => sum + host.calls, 0)
    // Looks that were under way end first.
    await until(
      'three rounds go by without a look',
      async () => {
        const before = calls()
        await new Promise((resolve) => setTimeout(resolve, 3 * lookEveryMs))
        return calls() === before
      },
      patient,
    )
  })

  it('figures of 200 come from those that answer', async () => {
    const listed = await client.tenant.list({ host: 'fra1' })
    const asked = listed.slice(0, 200)
    const { figures, silent } = await client.tenant.figures({ ids: asked.map(({ id }) => id) })
    const answering = asked.filter(({ state }) => state === 'running' || state === 'suspended')
    expect(new Set(figures.map(({ id }) => id))).toEqual(new Set(answering.map(({ id }) => id)))
    expect(silent.filter((id) => answering.some((each) => each.id === id))).toEqual([])
    for (const { id, limitBytes, usedBytes } of figures) {
      const tenant = asked.find((each) => each.id === id)
      expect(limitBytes).toBe((tenant?.memoryMb ?? 0) * 2 ** 20)
      expect(usedBytes).toBeLessThan(limitBytes)
    }
  })
})

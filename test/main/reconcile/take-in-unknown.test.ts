import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Client } from '../../../src/contract/router.ts'
import { router } from '../../../src/main/router.ts'
import type { MemoryHost } from '../../memory-host/memory-host.ts'
import { type MemoryPanel, openMemoryPanel } from '../../memory-host/open-memory-panel.ts'
import { problemOf, readWork } from '../panel.ts'

describe('a tenant that another panel made, in a program that never looked there since', () => {
  let dataDir: string
  let panel: MemoryPanel
  let client: Client
  let nyc1: MemoryHost
  const cidr = '203.0.113.7/32'

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'memharbor-test-'))
    panel = await openMemoryPanel({ dataDir, tenants: 8, timeLimits: { lookMs: 1_000 } })
    client = createRouterClient(router, { context: panel.context })
    nyc1 = hostOf('nyc1')
    const { tenants, revision } = nyc1.helper.state
    const [first] = Object.values(tenants)
    if (first === undefined) throw new Error('nyc1 has no tenant')
    const leak = { ...structuredClone(first), id: 'leak00000001', name: 'leak', port: 27_000, open: true }
    tenants[leak.id] = { ...leak, allow: [{ cidr, label: '' }], revision: revision + 1 }
    nyc1.helper.state.revision += 1
  })
  afterEach(async () => {
    await panel.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  const hostOf = (name: string): MemoryHost => {
    const host = panel.hosts.get(name)
    if (host === undefined) throw new Error(`there is no ${name}`)
    return host
  }
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
  ])('is %s, while another host is away', async (_, act, look) => {
    hostOf('fra1').mood = { kind: 'down' }
    hostOf('sgp1').mood = { kind: 'slow', delayMs: 60_000 }
    await act()
    look()
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

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

describe('a closing that is asked for again while its host is away', () => {
  let dataDir: string
  let panel: MemoryPanel
  let client: Client
  let nyc1: MemoryHost
  let name: string
  let id: string

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'memharbor-test-'))
    panel = await openMemoryPanel({ dataDir, tenants: 8, timeLimits: { lookMs: 1_000, callMs: 2_000 } })
    client = createRouterClient(router, { context: panel.context })
    const host = panel.hosts.get('nyc1')
    const tenants = await client.tenant.list({ host: 'nyc1' })
    const open = tenants.find(({ state }) => state === 'running')
    if (host === undefined || open === undefined) throw new Error('nyc1 has no tenant that runs')
    nyc1 = host
    name = open.name
    id = open.id
    nyc1.mood = { kind: 'down' }
  })
  afterEach(async () => {
    await panel.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  const verbs = {
    suspend: () => client.tenant.suspend({ name }),
    delete: () => readWork(client.tenant.delete({ name, confirmed: true })),
  }
  const pending = async () =>
    (await client.tenant.list({ host: 'nyc1' })).find((tenant) => tenant.id === id)?.pending
  const logged = async (verb: string) =>
    (await client.activity.list({ tenant: name })).filter(({ kind }) => kind === `tenant ${verb}`)

  it.each(Object.entries(verbs))('is one operation, and ends once: %s', async (verb, act) => {
    for (let times = 0; times < 3; times += 1)
      expect(await problemOf(act())).toMatchObject({ code: 'NOT_IN_FORCE' })
    expect(await pending()).toMatchObject([{ kind: verb }])
    expect(await logged(verb)).toHaveLength(1)
    nyc1.mood = { kind: 'well' }
    await act()
    expect((await pending()) ?? []).toEqual([])
    expect(await logged(verb)).toMatchObject([{ outcome: 'done' }])
    expect(nyc1.helper.state.tenants[id]?.open ?? false).toBe(false)
  })

  it('is another one where somebody resumed it in between', async () => {
    expect(await problemOf(verbs.suspend())).toMatchObject({ code: 'NOT_IN_FORCE' })
    expect(await problemOf(client.tenant.resume({ name }))).toMatchObject({ code: 'HOST_UNREACHABLE' })
    expect(await problemOf(verbs.suspend())).toMatchObject({ code: 'NOT_IN_FORCE' })
    nyc1.mood = { kind: 'well' }
    await verbs.suspend()
    expect(nyc1.helper.state.tenants[id]?.open).toBe(false)
  })
})

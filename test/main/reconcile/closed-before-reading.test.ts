import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Client } from '../../../src/contract/router.ts'
import { fail } from '../../../src/domain/problem-error.ts'
import { router } from '../../../src/main/router.ts'
import type { MemoryHost } from '../../memory-host/memory-host.ts'
import { type MemoryPanel, openMemoryPanel } from '../../memory-host/open-memory-panel.ts'
import { problemOf } from '../panel.ts'

describe('what is pending, as people read it', () => {
  let dataDir: string
  let panel: MemoryPanel
  let client: Client
  let nyc1: MemoryHost
  let name: string

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'memharbor-test-'))
    panel = await openMemoryPanel({ dataDir, tenants: 8, timeLimits: { lookMs: 1_000, callMs: 2_000 } })
    client = createRouterClient(router, { context: panel.context })
    const host = panel.hosts.get('nyc1')
    const [tenant] = await client.tenant.list({ host: 'nyc1' })
    if (host === undefined || tenant === undefined) throw new Error('nyc1 has no tenant')
    nyc1 = host
    name = tenant.name
    nyc1.mood = { kind: 'down' }
    expect(await problemOf(client.tenant.suspend({ name }))).toMatchObject({ code: 'NOT_IN_FORCE' })
  })
  afterEach(async () => {
    await panel.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  const readings = {
    'a list of tenants': async () =>
      (await client.tenant.list({})).find((tenant) => tenant.name === name)?.pending,
    'one tenant': async () => (await client.tenant.show({ name })).pending,
    'a list of hosts': async () => {
      await client.host.helpers()
      return (await client.host.list()).find((host) => host.name === 'nyc1')?.pending
    },
  }

  it.each(Object.entries(readings))(
    'is closed before %s is read, where the host answers',
    async (_, read) => {
      expect(await read()).toHaveLength(1)
      nyc1.mood = { kind: 'well' }
      expect(await read()).toEqual([])
      expect(panel.context.services.notices.take()).toContainEqual(
        expect.stringContaining(`Finished: tenant suspend of ${name}`),
      )
    },
  )

  it('is a line of the check of its host until it is closed', async () => {
    const readLines = async () =>
      (await client.host.check({ name: 'nyc1' })).lines.filter(({ subject }) => subject === 'Closings')
    nyc1.mood = { kind: 'well' }
    const { answer } = nyc1.helper
    const refusing: MemoryHost['helper']['answer'] = (request) => {
      const details = { host: 'nyc1', op: request.op, reason: 'its disk is full' }
      return request.op === 'close' ? fail({ code: 'HELPER_FAILED', details }) : answer(request)
    }
    Object.assign(nyc1.helper, { answer: refusing })
    expect(await readLines()).toMatchObject([
      { verdict: 'bad', sentence: expect.stringMatching(`suspend of ${name} since .*its disk is full`) },
    ])
    Object.assign(nyc1.helper, { answer })
    expect(await readLines()).toEqual([])
  })

  it('and what is closed in the filter only, is said of its tenant until the records have it', async () => {
    nyc1.mood = { kind: 'well' }
    const { id } = await client.tenant.show({ name })
    // The second look has the records from before, because their history is the same.
    await client.tenant.show({ name })
    nyc1.helper.unrecorded[id] = ['203.0.113.7/32']
    const shown = await client.tenant.show({ name })
    expect(shown.faults).toContain('filter-only')
    expect(shown.why).toContain('203.0.113.7/32 is shut out by the filter only')
    const listed = (await client.tenant.list({})).filter(({ faults }) => faults.includes('filter-only'))
    expect(listed).toMatchObject([{ name }])
    const { lines } = await client.host.check({ name: 'nyc1' })
    expect(lines.filter(({ subject }) => subject === 'Closings')).toMatchObject([
      { verdict: 'bad', sentence: expect.stringContaining(`${name}: 203.0.113.7/32`) },
    ])
    delete nyc1.helper.unrecorded[id]
    expect((await client.tenant.show({ name })).faults).not.toContain('filter-only')
  })

  it.each(Object.entries(readings))(
    'is not waited for longer than a look before %s is read',
    async (_, read) => {
      nyc1.mood = { kind: 'slow', delayMs: 60_000 }
      const since = performance.now()
      expect(await read()).toHaveLength(1)
      expect(performance.now() - since).toBeLessThan(4_000)
      nyc1.mood = { kind: 'down' }
    },
  )
})

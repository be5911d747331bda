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

const cidr = '203.0.113.77/32'

describe('access that is taken away while its host is away', () => {
  let dataDir: string
  let panel: MemoryPanel
  let client: Client
  let nyc1: MemoryHost
  let name: string
  let id: string

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'memharbor-test-'))
    panel = await openMemoryPanel({
      ...{ dataDir, tenants: 8 },
      timeLimits: { lookMs: 1_000, callMs: 2_000, lookEveryMs: 100 },
    })
    client = createRouterClient(router, { context: panel.context })
    const host = panel.hosts.get('nyc1')
    const tenant = (await client.tenant.list({ host: 'nyc1' })).find(({ state }) => state === 'running')
    if (host === undefined || tenant === undefined) throw new Error('nyc1 has no tenant that runs')
    nyc1 = host
    name = tenant.name
    id = tenant.id
    // What the host is at is known from here on.
    await client.tenant.annotate({ name, notes: 'known' })
  })
  afterEach(async () => {
    await panel.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  const held = () => nyc1.helper.state.tenants[id]
  const isIn = () => held()?.allow.some((entry) => entry.cidr === cidr)
  const allow = () => client.tenant.allow({ name, entries: [{ cidr }] })
  const revoke = () => client.tenant.revoke({ name, cidrs: [cidr] })
  const takeNotices = () => panel.context.services.notices.take()
  /** Reads until nothing of the tenant is pending or unfinished. */
  const settle = async () => {
    await expect
      .poll(
        async () => {
          const { pending, why } = await client.tenant.show({ name })
          return [pending, why.includes('last change')]
        },
        { timeout: 20_000 },
      )
      .toEqual([[], false])
    return client.tenant.show({ name })
  }
  /** The host carries out the next `put`, its answer is lost, and then the host is away. */
  const loseAnswer = async (work: () => Promise<unknown>) => {
    const { answer } = nyc1.helper
    const losing: MemoryHost['helper']['answer'] = (request) => {
      const reply = answer(request)
      if (request.op !== 'put') return reply
      nyc1.mood = { kind: 'down' }
      return fail({ code: 'HELPER_FAILED', details: { host: 'nyc1', op: 'put', reason: 'it ended' } })
    }
    Object.assign(nyc1.helper, { answer: losing })
    await problemOf(work())
    Object.assign(nyc1.helper, { answer })
  }

  it('closes what this panel let in by a change whose answer was lost', async () => {
    await loseAnswer(allow)
    expect(isIn()).toBe(true)
    expect(await problemOf(revoke())).toMatchObject({ code: 'NOT_IN_FORCE' })
    nyc1.mood = { kind: 'well' }
    const { allow: list } = await settle()
    expect(isIn()).toBe(false)
    expect(list.map((entry) => entry.cidr)).not.toContain(cidr)
    const told = takeNotices().join()
    expect(told).not.toContain('nother panel')
    expect(told).toContain(`Undone: tenant allow of ${name}`)
    const [last] = await client.activity.list({ tenant: name })
    expect(last).toMatchObject({ kind: 'tenant revoke', outcome: 'done' })
  })

  it('suspends what this panel resumed by a change whose answer was lost', async () => {
    await client.tenant.suspend({ name })
    await loseAnswer(() => client.tenant.resume({ name }))
    expect(held()?.open).toBe(true)
    expect(await problemOf(client.tenant.suspend({ name }))).toMatchObject({ code: 'NOT_IN_FORCE' })
    nyc1.mood = { kind: 'well' }
    expect(await settle()).toMatchObject({ state: 'suspended' })
    expect(held()?.open).toBe(false)
    expect(takeNotices().join()).not.toContain('nother panel')
  })

  it('is closed before a change that was cut off is settled by what the host has', async () => {
    await loseAnswer(allow)
    expect(await problemOf(revoke())).toMatchObject({ code: 'NOT_IN_FORCE' })
    // The host answers, and only what is to be closed fails there.
    const { answer } = nyc1.helper
    const refusing: MemoryHost['helper']['answer'] = (request) =>
      request.op === 'close'
        ? fail({ code: 'HELPER_FAILED', details: { host: 'nyc1', op: 'close', reason: 'its disk is full' } })
        : answer(request)
    Object.assign(nyc1.helper, { answer: refusing })
    nyc1.mood = { kind: 'well' }
    await client.tenant.annotate({ name: await another(), notes: 'a change there settles the others' })
    await panel.context.services.background.idle(2_000)
    const waiting = await client.tenant.show({ name })
    expect(waiting.allow.map((entry) => entry.cidr)).not.toContain(cidr)
    Object.assign(nyc1.helper, { answer })
    const { allow: list } = await settle()
    expect(isIn()).toBe(false)
    expect(list.map((entry) => entry.cidr)).not.toContain(cidr)
  })

  /** Another panel writes the record, while this one does not look. */
  const putByAnother = (change: { open?: boolean; allow?: { cidr: string; label: string }[] }) => {
    const record = held()
    if (record === undefined) throw new Error('the host has no record of it')
    const { revision: ifRevision, ...tenant } = record
    const operationId = `another-${ifRevision}`
    nyc1.helper.answer({ op: 'put', operationId, ifRevision, tenant: { ...tenant, ...change } })
  }
  const othersOf = () => (held()?.allow ?? []).filter((entry) => entry.cidr !== cidr)
  const writeAgain = () => {
    putByAnother({ allow: othersOf() })
    putByAnother({ allow: [...othersOf(), { cidr, label: 'paid again' }] })
  }

  it.each(['before', 'after'])(
    'is told and stays where another panel wrote it %s that was asked, and goes when it is asked again',
    async (when) => {
      await allow()
      if (when === 'before') writeAgain()
      nyc1.mood = { kind: 'down' }
      expect(await problemOf(revoke())).toMatchObject({ code: 'NOT_IN_FORCE' })
      await panel.context.services.background.idle(2_000)
      if (when === 'after') writeAgain()
      nyc1.mood = { kind: 'well' }
      const { allow: list } = await settle()
      expect(isIn()).toBe(true)
      expect(list).toContainEqual({ cidr, label: 'paid again' })
      const told = takeNotices()
      expect(told).toContain(
        `Another panel let in ${cidr} to ${name}, before or after revoking it was asked for here. It stays: revoke it again to shut it out.`,
      )
      expect(told.join()).not.toContain('Finished')
      // Also while the host is away once more.
      nyc1.mood = { kind: 'down' }
      expect(await problemOf(revoke())).toMatchObject({ code: 'NOT_IN_FORCE' })
      nyc1.mood = { kind: 'well' }
      await settle()
      expect(isIn()).toBe(false)
      expect(takeNotices().join()).toContain(`Finished: tenant revoke of ${name}`)
    },
  )

  it('is told where another panel resumed it, and it is suspended when that is asked again', async () => {
    putByAnother({ open: false })
    putByAnother({ open: true })
    nyc1.mood = { kind: 'down' }
    expect(await problemOf(client.tenant.suspend({ name }))).toMatchObject({ code: 'NOT_IN_FORCE' })
    await panel.context.services.background.idle(2_000)
    nyc1.mood = { kind: 'well' }
    expect(await settle()).toMatchObject({ state: 'running' })
    expect(takeNotices()).toContain(
      `Another panel resumed ${name}, before or after suspending it was asked for here. It stays open: suspend it again to close it.`,
    )
    nyc1.mood = { kind: 'down' }
    expect(await problemOf(client.tenant.suspend({ name }))).toMatchObject({ code: 'NOT_IN_FORCE' })
    nyc1.mood = { kind: 'well' }
    expect(await settle()).toMatchObject({ state: 'suspended' })
    expect(held()?.open).toBe(false)
  })

  const another = async () => {
    const found = (await client.tenant.list({ host: 'nyc1' })).find((tenant) => tenant.id !== id)
    return found?.name ?? ''
  }
})

import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { waitForClosing } from '../../../src/main/cli/wait-for-closing.ts'
import { until } from '../../hosts/condition.ts'
import { openTenantWorld } from '../memory-world.ts'

describe('Ctrl-C while a revoke waits', () => {
  it('says that it is kept where that one is, and not another one of the same tenant', async () => {
    const { client, name, nyc1 } = await openTenantWorld({ tenants: 8, timeLimits: { callMs: 2_000 } })
    nyc1.mood = { kind: 'slow', delayMs: 1_500 }
    const revoking = client.tenant.revoke({ name, cidrs: ['198.51.100.7'] })
    revoking.catch(() => {})
    await until('it is kept', async () => (await client.activity.list({ outcome: 'running' })).length > 0)
    const told: string[] = []
    const tools = { client, signal: AbortSignal.abort(), leave: (said: string) => void told.push(said) }
    for (const cidr of ['198.51.100.7', '198.51.100.8']) {
      const closing = { tenant: name, kind: 'tenant revoke', noun: 'revoke', cidrs: [cidr] }
      await expect(waitForClosing(tools, closing, new Promise(() => {}))).rejects.toThrow()
    }
    expect(told).toEqual([
      expect.stringContaining(`The revoke of ${name} is kept`),
      expect.stringContaining(`The revoke of ${name} had not begun yet`),
    ])
    await revoking.catch(() => {})
  })

  it('waits for one that is about to be saved', async () => {
    const { client, name, nyc1 } = await openTenantWorld({ tenants: 8, timeLimits: { callMs: 2_000 } })
    nyc1.mood = { kind: 'slow', delayMs: 1_500 }
    const told: string[] = []
    const tools = { client, signal: AbortSignal.abort(), leave: (said: string) => void told.push(said) }
    const closing = { tenant: name, kind: 'tenant revoke', noun: 'revoke', cidrs: ['198.51.100.7'] }
    const revoking = pause(300).then(() => client.tenant.revoke({ name, cidrs: ['198.51.100.7'] }))
    const waiting = waitForClosing(tools, closing, revoking)
    await expect(waiting).rejects.toThrow()
    expect(told).toEqual([expect.stringContaining(`The revoke of ${name} is kept`)])
    await revoking.catch(() => {})
  })

  it('says that it is in force where it ended meanwhile', async () => {
    const { client, name } = await openTenantWorld({ tenants: 8 })
    const told: string[] = []
    const stop = new AbortController()
    const tools = { client, signal: stop.signal, leave: (said: string) => void told.push(said) }
    const closing = { tenant: name, kind: 'tenant suspend', noun: 'suspend', cidrs: [] }
    const waiting = waitForClosing(tools, closing, new Promise(() => {}))
    await client.tenant.suspend({ name })
    stop.abort()
    await expect(waiting).rejects.toThrow()
    expect(told).toEqual([`The suspend of ${name} is in force.`])
  })
})

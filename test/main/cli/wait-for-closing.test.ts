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
    const told: (string | undefined)[] = []
    const tools = { client, signal: AbortSignal.abort(), leave: (kept?: string) => void told.push(kept) }
    for (const cidr of ['198.51.100.7', '198.51.100.8']) {
      const closing = { tenant: name, kind: 'tenant revoke', noun: 'revoke', cidrs: [cidr] }
      await expect(waitForClosing(tools, closing, new Promise(() => {}))).rejects.toThrow()
    }
    expect(told).toEqual([expect.stringContaining(`The revoke of ${name} is kept`), undefined])
    await revoking.catch(() => {})
  })
})

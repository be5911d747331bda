import { expect, it } from 'vitest'
import { openTenantWorld } from '../memory-world.ts'
import { problemOf, readWork } from '../panel.ts'

it('a tenant whose delete is not done on a host that is away is as that host is, and nothing is said of its filter', async () => {
  const { client, nyc1, name } = await openTenantWorld({ tenants: 8, timeLimits: { lookMs: 500 } })
  nyc1.mood = { kind: 'down' }
  await problemOf(readWork(client.tenant.delete({ name, confirmed: true })))
  const away = await client.tenant.list({ host: 'nyc1' })
  const [left, ...others] = away.toSorted((a) => (a.name === name ? -1 : 1))
  expect(left).toMatchObject({ name, state: 'failed', leftover: 'not-deleted' })
  expect(others.map(({ state }) => state)).toContain('unknown')
  for (const { health, filterFault } of away)
    expect({ health, filterFault }).toEqual({ health: 'host-away', filterFault: null })
  const reasons = new Set(away.map(({ unseen }) => unseen))
  expect(reasons.size).toBe(1)
  expect([...reasons][0]).toContain('nyc1')
  expect(await client.tenant.show({ name })).toMatchObject({
    ...{ health: 'host-away', filterFault: null, unseen: [...reasons][0] },
  })
})

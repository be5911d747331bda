import { expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import { openTenantWorld } from '../memory-world.ts'

it('a cache that ends again and again has five entries in the log, and its last end is told all the same', async () => {
  const { client, nyc1, id, name } = await openTenantWorld({ tenants: 2 })
  const told = async () => (await client.tenant.list({})).find((each) => each.id === id)?.lastLoss?.at
  const seen = new Set<string>()
  for (let ends = 0; ends < 9; ends++) {
    nyc1.docker.endAndBegin(id, 137)
    await until('it is told', async () => {
      const at = await told()
      return at !== undefined && !seen.has(at) && seen.add(at).size > 0
    })
  }
  expect(seen.size).toBe(9)
  const log = await client.activity.list({ tenant: name })
  expect(log.filter(({ kind }) => kind === 'tenant end')).toHaveLength(5)
})

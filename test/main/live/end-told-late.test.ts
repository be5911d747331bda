import { expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import { openTenantWorld } from '../memory-world.ts'

it('how a cache ended, which a busy Docker tells late, is seen by the next look, and in its one entry of the log', async () => {
  const { client, nyc1, id, name } = await openTenantWorld({ tenants: 2 })
  const told = async () => (await client.tenant.list({})).find((each) => each.id === id)
  const noted = async () =>
    (await client.activity.list({ tenant: name }))
      .filter(({ kind }) => kind === 'tenant end')
      .map(({ why }) => why)
  expect(await told()).toMatchObject({ faults: [], lastLoss: null })

  nyc1.docker.tellsNoEvents = true
  nyc1.docker.endAndBegin(id, 137)
  await until('a look came after it', async () => (await told())?.lastLoss !== null)
  expect(await told()).toMatchObject({ faults: ['cache-lost'], lastLoss: { status: null } })
  expect(await noted()).toHaveLength(1)

  nyc1.docker.tellsNoEvents = false
  expect(await told()).toMatchObject({ faults: ['cache-lost'], lastLoss: { status: 137 } })
  expect(await noted()).toEqual([expect.stringContaining('killed')])
})

import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { tenantLabel } from '../../../src/domain/host-names.ts'
import { openTenantWorld, type TenantWorld } from '../memory-world.ts'

/** Has Docker say of the tenant's container that it ended then, and was started again just now. */
const sayEnded = ({ nyc1, id }: TenantWorld, FinishedAt: string): void => {
  const { api } = nyc1.docker
  const { getContainer } = api
  nyc1.docker.endAndBegin(id, 137)
  const say = async (name: string) => {
    const said = await getContainer(name).inspect()
    return said.Config.Labels[tenantLabel] === id ? { ...said, State: { ...said.State, FinishedAt } } : said
  }
  Object.assign(api, {
    getContainer: (name: string) => Object.assign(getContainer(name), { inspect: () => say(name) }),
  })
}

it.each([
  'never',
  '',
  '2099-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '+010000-01-01T00:00:00Z',
  '1970-01-01T00:00:00Z',
])('a cache that is said to have ended at "%s" is in the log once, at the time of the look', async (at) => {
  const world = await openTenantWorld({ tenants: 8 })
  const { client, nyc1, id } = world
  const neighbour = (await client.tenant.list({ host: 'nyc1' })).find(
    (each) => each.id !== id && each.state === 'running',
  )
  // What was started within the second of the last look is not looked at again.
  await pause(1_100)
  const before = new Date().toISOString()
  sayEnded(world, at)
  nyc1.docker.endAndBegin(neighbour?.id ?? '', 137)
  await client.tenant.list({})
  await client.tenant.show({ name: world.name })
  const entries = await client.activity.list({})
  const noted = entries.filter(({ kind }) => kind === 'tenant end')
  expect(noted.map(({ tenant }) => tenant).sort()).toEqual([world.name, neighbour?.name].sort())
  const now = new Date().toISOString()
  for (const { startedAt } of noted) expect(startedAt >= before && startedAt <= now).toBe(true)
})

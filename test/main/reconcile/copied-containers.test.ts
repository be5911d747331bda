import { expect, it } from 'vitest'
import { findTenant } from '../../../src/main/adapters/store/tenants.ts'
import { openMemoryWorld } from '../memory-world.ts'
import { problemOf } from '../panel.ts'

it('containers of tenants of another host are named with what removes them, and no restart', async () => {
  const world = await openMemoryWorld({ tenants: 16, timeLimits: { lookEveryMs: 100 } })
  const { client, panel } = world
  const real = (await client.tenant.list({ host: 'fra1' })).find(({ state }) => state === 'running')
  const stored = await panel.context.services.store.read((db) => findTenant(db, real?.id ?? ''))
  if (stored === undefined) throw new Error('fra1 has no tenant that runs')
  const linesOf = async (name: string) => (await client.host.check({ name })).lines
  const before = await linesOf('nyc1')
  world.hostOf('nyc1').docker.place(stored, 'exited')

  const lines = await linesOf('nyc1')
  const container = `memharbor-${stored.id}`
  const [told] = lines.filter(({ subject }) => subject === 'Containers')
  expect(told).toMatchObject({
    verdict: 'note',
    sentence: expect.stringContaining(`${container} (${stored.name} is on fra1)`),
    advice: expect.stringContaining(`\`docker rm -f ${container}\` on it`),
  })
  const namesDown = (all: typeof lines) =>
    all.filter(({ subject }) => subject === 'Tenants').map(({ advice }) => advice)
  expect(namesDown(lines)).toEqual(namesDown(before))
  expect((await linesOf('fra1')).map(({ subject }) => subject)).not.toContain('Containers')
  const refused = await problemOf(client.host.planPrepare({ name: 'nyc1', undo: true }))
  expect(refused).toMatchObject({ code: 'HOST_HAS_TENANTS', details: { containers: [container] } })

  // With its record it may be the tenant's own server under another name.
  Object.assign(world.hostOf('nyc1').helper.state, { hostId: world.hostOf('fra1').helper.state.hostId })
  for (const name of ['fra1', 'nyc1']) {
    expect((await linesOf(name)).map(({ subject }) => subject)).not.toContain('Containers')
  }
})

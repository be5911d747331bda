import { expect, it } from 'vitest'
import { openTenantWorld, type TenantWorld } from '../memory-world.ts'
import { problemOf, readWork } from '../panel.ts'

const downLine = async ({ client }: TenantWorld) =>
  (await client.host.check({ name: 'nyc1' })).lines.find(({ subject }) => subject === 'Tenants')

const restart = ({ client, name }: TenantWorld) =>
  problemOf(readWork(client.tenant.restart({ name, confirmed: true })))

it('a check names no command that is refused on a server that is another one, and then has it otherwise', async () => {
  const world = await openTenantWorld({ tenants: 16, timeLimits: { lookEveryMs: 100 } })
  const { client, nyc1, id, name } = world
  await client.tenant.annotate({ name, notes: 'known' })
  nyc1.docker.end(id, 1)
  expect((await downLine(world))?.advice).toContain('`memharbor tenant restart ')

  const { state } = nyc1.helper
  Object.assign(state, { hostId: 'begun-anew', tenants: {}, revision: 1 })
  expect((await downLine(world))?.advice).toBe(
    'First settle which server it is, as the line Server says: nothing is started there before.',
  )
  expect(await restart(world)).toMatchObject({ code: 'SERVER_REPLACED' })

  const { replaced } = await client.host.trust({ name: 'nyc1' })
  await client.host.trust({ name: 'nyc1', registryId: replaced?.registryId ?? '' })
  expect((await downLine(world))?.advice).toBe(
    'First choose whose state counts, as the line History says: nothing is started there before.',
  )
  expect(await restart(world)).toMatchObject({ code: 'HOST_PUT_BACK' })
  expect(world.takeNotices().join()).toContain(
    'nyc1 is another server than before, which was accepted. It has',
  )
  // Kept with the question, through looks that find it again.
  await client.tenant.list({ host: 'nyc1' })
  const nyc = (await client.host.list()).find(({ name }) => name === 'nyc1')
  expect(nyc?.putBack?.accepted).toBe(true)
})

it('nor where its records cannot be used', async () => {
  const world = await openTenantWorld({ tenants: 16, timeLimits: { lookEveryMs: 100 } })
  world.nyc1.docker.end(world.id, 1)
  world.nyc1.helper.troubles.damage = 'it is no JSON'
  expect((await downLine(world))?.advice).toBe(
    'First put right what the lines above name: nothing is started there before.',
  )
  expect(await restart(world)).toMatchObject({ code: 'HELPER_FAILED' })
})

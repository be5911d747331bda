import { expect, it } from 'vitest'
import { openTenantWorld, recordOf } from '../memory-world.ts'
import { problemOf, readWork } from '../panel.ts'

it('a deleted tenant that a host has again is asked about first, and can be restored then', async () => {
  const world = await openTenantWorld({ tenants: 16, timeLimits: { lookEveryMs: 100 } })
  const { client, name, nyc1, id } = world
  const older = recordOf(world)
  await readWork(client.tenant.delete({ name, confirmed: true }))
  nyc1.helper.state.tenants[id] = { ...older, revision: 0 }
  nyc1.helper.state.revision -= 1
  const restore = () => readWork(client.tenant.restore({ name }))
  expect(await problemOf(restore())).toMatchObject({
    code: 'HOST_PUT_BACK',
    details: { host: 'nyc1', tenant: name },
    advice: expect.stringContaining('host recover nyc1 --as-panel'),
  })
  const { fingerprint, steps } = await client.host.planRecover({ name: 'nyc1', as: 'panel' })
  expect(steps.map(({ kind }) => kind)).toEqual(['returned'])
  await readWork(client.host.recover({ name: 'nyc1', as: 'panel', fingerprint, confirmed: true }))
  await restore()
  expect(await client.tenant.show({ name })).toMatchObject({ id, host: 'nyc1' })
})

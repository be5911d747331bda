import { expect, it } from 'vitest'
import { openTenantWorld, putByAnother, recordOf } from '../memory-world.ts'
import { problemOf, readWork } from '../panel.ts'

it('a host that takes seconds to tell of a rename loses no tenant to a delete by its old name', async () => {
  const world = await openTenantWorld({ tenants: 8 })
  const { client, id, name, nyc1 } = world
  putByAnother(world, { name: 'renamed' })
  nyc1.mood = { kind: 'slow', delayMs: 1_500 }
  const deleting = problemOf(readWork(client.tenant.delete({ name, confirmed: true })))
  expect(await deleting).toMatchObject({
    code: 'TENANT_RENAMED',
    details: { tenant: name, now: 'renamed' },
  })
  expect(recordOf(world)).toMatchObject({ id, open: true })
})

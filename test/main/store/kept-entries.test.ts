import { expect, it } from 'vitest'
import { listOperations } from '../../../src/main/adapters/store/operations.ts'
import { openTenantWorld, recordOf } from '../memory-world.ts'

it('the log gets of an allowlist only what came, went, or has another label', async () => {
  const world = await openTenantWorld({ tenants: 8 })
  const { client, id, name } = world
  const first = recordOf(world).allow[0]
  if (first === undefined) throw new Error('it lets nobody in')
  const added = { cidr: '203.0.113.9/32', label: 'office' }
  // As it is stored: people are shown no more of one that an earlier version wrote.
  const { store } = world.panel.context.services
  const last = async () => (await store.read((db) => listOperations(db, { tenantId: id, limit: 1 })))[0]
  await client.tenant.allow({ name, entries: [added] })
  expect(await last()).toMatchObject({ before: { allow: [] }, after: { allow: [added] } })
  const renamed = { ...added, label: 'headquarters' }
  await client.tenant.allow({ name, entries: [renamed] })
  expect(await last()).toMatchObject({ before: { allow: [added] }, after: { allow: [renamed] } })
  await client.tenant.revoke({ name, cidrs: [first.cidr] })
  expect(await last()).toMatchObject({ before: { allow: [first] }, after: { allow: [] } })
})

import { expect, it } from 'vitest'
import { answerOtherwise, openTenantWorld } from '../memory-world.ts'
import { createTenant, problemOf, readWork } from '../panel.ts'

/** Longer than a host takes to be removed here. */
const slow = { kind: 'slow', delayMs: 300 } as const

it('a create whose host is removed before it is kept says so, and leaves nothing', async () => {
  const { client, nyc1 } = await openTenantWorld({ tenants: 8 })
  nyc1.mood = slow
  const creating = problemOf(createTenant({ client }, { name: 'late', host: 'nyc1' }))
  await client.host.remove({ name: 'nyc1', forget: true, confirmed: true })
  expect(await creating).toMatchObject({ code: 'NOT_FOUND', details: { noun: 'host', name: 'nyc1' } })
  expect(await client.tenant.findNames({ names: ['late'] })).toEqual([])
  expect(Object.values(nyc1.helper.state.tenants).map(({ name }) => name)).not.toContain('late')
})

it('a change whose host is removed while it looks there says so by the name of its tenant', async () => {
  const { client, nyc1, name } = await openTenantWorld({ tenants: 8 })
  let looks = 0
  answerOtherwise(nyc1, async (request, usual) => {
    if (request.op === 'records') looks += 1
    // The first one takes in what others did.
    if (looks === 2) await client.host.remove({ name: 'nyc1', forget: true, confirmed: true }).catch(() => {})
    return usual(request)
  })
  const resizing = problemOf(readWork(client.tenant.resize({ name, memoryMb: 128, confirmed: true })))
  expect(await resizing).toMatchObject({ code: 'NOT_FOUND', details: { noun: 'tenant', name } })
})

it('a restore whose host is removed meanwhile says so, and makes nothing', async () => {
  const { client, nyc1, id, name } = await openTenantWorld({ tenants: 8 })
  await readWork(client.tenant.delete({ id, name, confirmed: true }))
  nyc1.mood = slow
  const restoring = problemOf(readWork(client.tenant.restore({ id, name })))
  await client.host.remove({ name: 'nyc1', forget: true, confirmed: true })
  expect(await restoring).toMatchObject({ code: 'NOT_FOUND', details: { noun: 'host', name: 'nyc1' } })
  expect(nyc1.helper.state.tenants[id]).toBeUndefined()
})

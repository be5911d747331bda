import { expect, it } from 'vitest'
import { answerOtherwise, openTenantWorld, putByAnother, recordOf } from '../memory-world.ts'

it('the records of a host are read where its history has gone on, and else only compared', async () => {
  const world = await openTenantWorld({ tenants: 8 })
  const { client, id, nyc1 } = world
  const read: number[] = []
  answerOtherwise(nyc1, (request, usual) => {
    const reply = usual(request)
    if (request.op === 'records' && request.tenantId === null) {
      const { tenants } = reply as { readonly tenants: object }
      read.push(Object.keys(tenants).length)
    }
    return reply
  })
  const list = async () => {
    read.length = 0
    const listed = await client.tenant.list({ host: 'nyc1' })
    return listed.find((tenant) => tenant.id === id)
  }
  const before = await list()
  const again = await list()
  expect(read.length).toBeGreaterThan(0)
  expect(new Set(read)).toEqual(new Set([0]))
  expect(again?.allow).toEqual(before?.allow)

  putByAnother(world, { allow: [{ cidr: '203.0.113.50/32', label: 'theirs' }] })
  expect((await list())?.allow).toEqual(recordOf(world).allow)
  expect(Math.max(...read)).toBe(Object.keys(nyc1.helper.state.tenants).length)
})

it('a change that waited behind another one is made on the host as it is called by then', async () => {
  const { client, id, name, nyc1 } = await openTenantWorld({ tenants: 8 })
  nyc1.mood = { kind: 'slow', delayMs: 50 }
  const first = client.tenant.annotate({ id, name, notes: 'first' })
  const second = client.tenant.annotate({ id, name, notes: 'second' })
  await client.host.edit({ name: 'nyc1', newName: 'nyc9' })
  await Promise.all([first, second])
  const logged = await client.activity.list({ tenant: name, limit: 2 })
  expect(logged.map(({ host, outcome }) => [host, outcome])[0]).toEqual(['nyc9', 'done'])
})

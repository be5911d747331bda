import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openTenantWorld, reopenMemoryWorld } from '../memory-world.ts'
import { readWork } from '../panel.ts'

it('a cache that this panel emptied often was emptied by nobody else, also in its next start', async () => {
  const world = await openTenantWorld({ tenants: 8 })
  const { client, id, name } = world
  await readWork(client.tenant.restart({ name, confirmed: true }))
  await pause(1_500)
  for (let done = 0; done < 60; done += 1) await client.tenant.flush({ name, confirmed: true })
  const { client: next } = await reopenMemoryWorld(world, {})
  const actors = async () => {
    await next.tenant.figures({ ids: [id] })
    const log = (await next.activity.list({ tenantId: id })).filter(({ kind }) => kind === 'tenant flush')
    return new Set(log.map(({ actor }) => actor))
  }
  expect((await actors()).size).toBe(1)
})

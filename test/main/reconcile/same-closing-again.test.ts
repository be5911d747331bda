import { beforeEach, describe, expect, it } from 'vitest'
import { openTenantWorld, type TenantWorld } from '../memory-world.ts'
import { problemOf, readWork } from '../panel.ts'

describe('a closing that is asked for again while its host is away', () => {
  let world: TenantWorld

  beforeEach(async () => {
    world = await openTenantWorld({ tenants: 8, timeLimits: { lookMs: 1_000, callMs: 2_000 } })
    world.nyc1.mood = { kind: 'down' }
  })

  const verbs = {
    suspend: () => world.client.tenant.suspend({ name: world.name }),
    delete: () => readWork(world.client.tenant.delete({ name: world.name, confirmed: true })),
  }
  const pending = async () =>
    (await world.client.tenant.list({ host: 'nyc1' })).find(({ id }) => id === world.id)?.pending
  const logged = async (verb: string) =>
    (await world.client.activity.list({ tenant: world.name })).filter(({ kind }) => kind === `tenant ${verb}`)

  it.each(Object.entries(verbs))('is one operation, and ends once: %s', async (verb, act) => {
    const { id, nyc1 } = world
    for (let times = 0; times < 3; times += 1)
      expect(await problemOf(act())).toMatchObject({ code: 'NOT_IN_FORCE' })
    expect(await pending()).toMatchObject([{ kind: verb }])
    expect(await logged(verb)).toHaveLength(1)
    nyc1.mood = { kind: 'well' }
    await act()
    expect((await pending()) ?? []).toEqual([])
    expect(await logged(verb)).toMatchObject([{ outcome: 'done' }])
    expect(nyc1.helper.state.tenants[id]?.open ?? false).toBe(false)
  })

  it('is another one where somebody resumed it in between', async () => {
    const { client, id, name, nyc1 } = world
    expect(await problemOf(verbs.suspend())).toMatchObject({ code: 'NOT_IN_FORCE' })
    expect(await problemOf(client.tenant.resume({ name }))).toMatchObject({ code: 'HOST_UNREACHABLE' })
    expect(await problemOf(verbs.suspend())).toMatchObject({ code: 'NOT_IN_FORCE' })
    nyc1.mood = { kind: 'well' }
    await verbs.suspend()
    expect(nyc1.helper.state.tenants[id]?.open).toBe(false)
  })
})

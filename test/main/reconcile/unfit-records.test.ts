import { sql } from 'drizzle-orm'
import { beforeEach, describe, expect, it } from 'vitest'
import { fail } from '../../../src/domain/problem-error.ts'
import { noteTouched } from '../../../src/main/adapters/store/committed.ts'
import { answerOtherwise, neighbourOf, openTenantWorld, recordOf, type TenantWorld } from '../memory-world.ts'
import { problemOf, readWork } from '../panel.ts'

/** What no panel writes. */
const unfit = { notes: 'N\u001b]0;x\u0007', allow: [{ cidr: 'no network', label: '' }] }

describe('a record that no panel has written', () => {
  let world: TenantWorld

  beforeEach(async () => {
    world = await openTenantWorld({ tenants: 16, timeLimits: { lookEveryMs: 100 } })
    await world.client.tenant.annotate({ name: world.name, notes: 'known' })
  })

  const held = () => recordOf(world)
  const other = () => neighbourOf(world)
  const list = () => world.client.tenant.list({ host: 'nyc1' })
  const run = (statement: ReturnType<typeof sql>) =>
    world.panel.context.services.store.write((db) => {
      // As any change does: rows that were read are kept.
      noteTouched(db, 'tenants', world.id)
      db.run(statement)
    })

  it('is not taken over from a host that was put back: it is named, and the rest is', async () => {
    const { client, id, name, nyc1, takeNotices } = world
    const before = await client.tenant.show({ name })
    const second = await other()
    await client.tenant.annotate({ name: second, notes: 'newer' })
    const otherId = (await client.tenant.show({ name: second })).id
    nyc1.helper.state.tenants[id] = { ...held(), ...unfit, revision: 0 }
    const otherRecord = recordOf({ nyc1, id: otherId })
    nyc1.helper.state.tenants[otherId] = { ...otherRecord, notes: 'older', revision: 0 }
    nyc1.helper.state.revision -= 1
    const plan = await client.host.planRecover({ name: 'nyc1', as: 'host' })
    expect(plan.steps.map(({ sentence }) => sentence)).toContain(
      `Leave ${name} (${id}) as it is here, because no panel has written what nyc1 has of it`,
    )
    const { fingerprint } = plan
    const { result } = await readWork(
      client.host.recover({ name: 'nyc1', as: 'host', fingerprint, confirmed: true }),
    )
    expect(result.putBack?.tenants).toEqual([name])
    expect(takeNotices().join()).toContain(
      `records that no panel has written, which were not taken in: ${id}`,
    )
    const now = await list()
    expect(now.find((tenant) => tenant.id === id)).toMatchObject({ notes: 'known', allow: before.allow })
    expect(now.find((tenant) => tenant.id === otherId)).toMatchObject({ notes: 'older' })
    // This panel's state still can be given to the host.
    const way = await client.host.planRecover({ name: 'nyc1', as: 'panel' })
    await readWork(client.host.recover({ name: 'nyc1', as: 'panel', ...way, confirmed: true }))
    expect(held()).toMatchObject({ notes: 'known', allow: before.allow })
  })

  it('is not followed by a recovery, which goes on once it is right again', async () => {
    const { client, id, name, nyc1, takeNotices } = world
    const answerAsUsual = answerOtherwise(nyc1, (request, usual) => {
      if (request.op !== 'put') return usual(request)
      nyc1.mood = { kind: 'down' }
      return fail({ code: 'HELPER_FAILED', details: { host: 'nyc1', op: 'put', reason: 'it ended' } })
    })
    await problemOf(client.tenant.allow({ name, entries: [{ cidr: '203.0.113.9' }] }))
    answerAsUsual()
    const right = { ...held(), revision: held().revision + 5, notes: "another panel's" }
    nyc1.helper.state.tenants[id] = { ...right, ...unfit }
    nyc1.helper.state.revision += 5
    nyc1.mood = { kind: 'well' }
    await client.tenant.annotate({ name: await other(), notes: 'a change there settles the others' })
    await expect
      .poll(takeNotices, { timeout: 20_000 })
      .toContainEqual(expect.stringContaining(`not taken in: ${id}`))
    expect((await client.tenant.show({ name })).allow).not.toContainEqual(unfit.allow[0])
    nyc1.helper.state.tenants[id] = right
    await expect
      .poll(
        async () => {
          await client.tenant.annotate({ name: await other(), notes: 'again' })
          return (await client.tenant.show({ name })).notes
        },
        { timeout: 20_000 },
      )
      .toBe("another panel's")
  })

  it('is taken for no sign of anything where it cannot even be read', async () => {
    const { client, id, name, nyc1 } = world
    const { createdAt: _, ...rest } = held()
    const revision = Number.MAX_SAFE_INTEGER
    nyc1.helper.state.tenants[id] = { ...rest, createdAt: '', revision, unread: 'createdAt' }
    nyc1.helper.state.revision += 1
    const second = await other()
    await client.tenant.annotate({ name: second, notes: 'the others go on' })
    expect(await client.tenant.show({ name })).toMatchObject({ notes: 'known', state: 'running' })
    expect((await client.host.list()).find((host) => host.name === 'nyc1')?.putBack).toBeNull()
  })

  it('or is in the store since an earlier version took it in, is named there and hides nothing', async () => {
    const { client, id, name } = world
    await run(sql`update allow_entries set cidr = 'no network' where tenant_id = ${id} and position = 0`)
    const bad = (await list()).find((tenant) => tenant.id === id)
    expect(bad?.why).toContain('no address: no network.')
    expect((await client.tenant.show({ name })).why).toContain('no network')
    expect((await list()).filter(({ why }) => why.includes('no network'))).toHaveLength(1)
  })

  it.each([
    ['tags', "'x'"],
    ['memory_mb', "'much'"],
    ['created_at', "'yesterday'"],
  ])('or a row of the store whose %s are damaged hides nothing, and is named', async (column, value) => {
    const { client, id, name } = world
    const { length } = await list()
    const second = await other()
    await run(sql`update tenants set ${sql.raw(`${column} = ${value}`)} where id = ${id}`)
    const tenants = await list()
    expect(tenants).toHaveLength(length)
    expect(tenants.find((tenant) => tenant.id === id)).toMatchObject({
      ...{ name, state: 'unknown', why: expect.stringContaining('is damaged') },
    })
    expect(await client.tenant.show({ name: second })).toMatchObject({ name: second })
    expect((await client.tenant.annotate({ name: second, notes: 'it goes on' })).notes).toBe('it goes on')
    expect(await problemOf(client.tenant.show({ name }))).toMatchObject({ code: 'STORE_UNUSABLE' })
    // What is not known of it is taken for nothing that was put back.
    expect((await client.host.list()).find((host) => host.name === 'nyc1')?.putBack).toBeNull()
  })
})

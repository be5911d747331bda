import { beforeEach, describe, expect, it } from 'vitest'
import { fail } from '../../../src/domain/problem-error.ts'
import { answerOtherwise, openTenantWorld, recordOf, type TenantWorld } from '../memory-world.ts'

describe('a closing that fails again on a host that was put back', () => {
  const cidr = '203.0.113.77/32'
  let world: TenantWorld

  beforeEach(async () => {
    world = await openTenantWorld({ tenants: 16, timeLimits: { lookEveryMs: 100 } })
    const { client, name, nyc1, id } = world
    await client.tenant.allow({ name, entries: [{ cidr }] })
    const { allow } = recordOf(world)
    await client.tenant.revoke({ name, cidrs: [cidr] })
    nyc1.helper.state.tenants[id] = { ...recordOf(world), allow, revision: 0 }
    nyc1.helper.state.revision -= 1
  })

  let tries = 0
  const failWith = (reason: string) =>
    answerOtherwise(world.nyc1, (request, answer) => {
      if (request.op !== 'close') return answer(request)
      tries += 1
      return fail({ code: 'HELPER_FAILED', details: { host: 'nyc1', op: 'close', reason } })
    })
  const look = () => world.client.tenant.list({ host: 'nyc1' })
  const entries = async () =>
    (await world.client.activity.list({})).filter(({ kind }) => kind === 'host put-back')

  it('is one operation, tried at each look, which says why it failed last and is done in the end', async () => {
    let usual = failWith('the disk is full')
    for (const _ of [1, 2, 3]) await look()
    const [first, ...more] = await entries()
    expect(more).toEqual([])
    expect(first).toMatchObject({ outcome: 'failed', why: expect.stringContaining('the disk is full') })
    expect(tries).toBeGreaterThanOrEqual(3)
    usual()
    usual = failWith('it can only be read')
    await look()
    expect(await entries()).toMatchObject([{ id: first?.id, why: expect.stringContaining('only be read') }])
    usual()
    await look()
    expect(await entries()).toMatchObject([{ id: first?.id, outcome: 'done', why: '' }])
    expect(recordOf(world).allow.map((entry) => entry.cidr)).not.toContain(cidr)
  })

  it('and is another one when the host is put back once more after it was closed', async () => {
    const { id, nyc1 } = world
    const older = recordOf(world)
    await look()
    expect(await entries()).toMatchObject([{ outcome: 'done' }])
    nyc1.helper.state.tenants[id] = older
    nyc1.helper.state.revision -= 1
    await look()
    expect(await entries()).toMatchObject([{ outcome: 'done' }, { outcome: 'done' }])
  })
})

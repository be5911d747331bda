import { describe, expect, it } from 'vitest'
import { fail } from '../../../src/domain/problem-error.ts'
import { findHostByName } from '../../../src/main/adapters/store/hosts.ts'
import { listTenants } from '../../../src/main/adapters/store/tenants.ts'
import { beginOperation } from '../../../src/main/services/operation/operation-log.ts'
import { until } from '../../hosts/condition.ts'
import { answerOtherwise, openTenantWorld, type TenantWorld } from '../memory-world.ts'

/** Leaves a restart unfinished of every other tenant of the host, as a program does that was killed. */
const leaveUnfinished = ({ panel, id: besides }: TenantWorld): Promise<string[]> => {
  const { services } = panel.context
  return services.store.write((db) => {
    const host = findHostByName(db, 'nyc1')
    if (host === undefined) throw new Error('there is no nyc1')
    const tenants = listTenants(db, { hostId: host.id }).filter(({ id }) => id !== besides)
    for (const tenant of tenants) beginOperation(db, services, { kind: 'tenant restart', host, tenant }, [])
    return tenants.map(({ id }) => id)
  })
}

/** A change of that one, beside which the others are recovered. */
const change = ({ client, id, name }: TenantWorld) => client.tenant.annotate({ id, name, notes: 'changed' })

describe('tenants of a host that are all unfinished', () => {
  it('are recovered four at a time', async () => {
    const world = await openTenantWorld({ tenants: 60 })
    const ids = await leaveUnfinished(world)
    expect(ids.length).toBeGreaterThan(8)
    const [now, ended] = [new Set<string>(), new Set<string>()]
    let most = 0
    world.panel.context.services.running.subscribe(({ begun: { tenantId } }, over) => {
      if (tenantId === null) return
      if (over) ended.add(tenantId)
      if (over) now.delete(tenantId)
      else now.add(tenantId)
      most = Math.max(most, now.size)
    })
    world.nyc1.mood = { kind: 'slow', delayMs: 20 }
    await change(world)
    await until('all are recovered', () => ids.every((id) => ended.has(id)), 20_000)
    expect(most).toBe(4)
  })

  it('of which one cannot be recovered: changes and looks in its pause do not try it again, and the others are', async () => {
    const world = await openTenantWorld({ tenants: 60, timeLimits: { lookEveryMs: 60_000 } })
    const { client, nyc1 } = world
    const [stuck] = await leaveUnfinished(world)
    let tried = 0
    answerOtherwise(nyc1, (request, usual) => {
      if (request.op !== 'records' || request.tenantId !== stuck) return usual(request)
      tried += 1
      return fail({
        code: 'HELPER_FAILED',
        details: { host: 'nyc1', op: 'records', reason: 'its disk is full' },
      })
    })
    const running = () => client.activity.list({ host: 'nyc1', outcome: 'running' })
    await change(world)
    const isLast = async () => (await running()).every(({ tenantId }) => tenantId === stuck)
    await until('the others are recovered', isLast, 20_000)
    expect(tried).toBe(1)
    for (let changes = 0; changes < 5; changes += 1) {
      await change(world)
      await client.tenant.list({ host: 'nyc1' })
    }
    expect(tried).toBe(1)
    expect(await running()).toHaveLength(1)
  })
})

import { beforeEach, describe, expect, it } from 'vitest'
import { listHosts } from '../../../src/main/adapters/store/hosts.ts'
import { beginOperation } from '../../../src/main/services/operation/operation-log.ts'
import {
  answerOtherwise,
  neighbourOf,
  openTenantWorld,
  recordOf,
  reopenMemoryWorld,
  type TenantWorld,
} from '../memory-world.ts'
import { problemOf, readWork } from '../panel.ts'

describe('settling a host that was put back, stopped before its end', () => {
  const timeLimits = { lookEveryMs: 100 }
  let world: TenantWorld
  let second: string

  beforeEach(async () => {
    world = await openTenantWorld({ tenants: 16, timeLimits })
    second = await neighbourOf(world)
    for (const name of [world.name, second]) await world.client.tenant.annotate({ name, notes: 'newer' })
  })

  /** Both tenants have older notes on the host. */
  const putBack = async (): Promise<void> => {
    for (const tenant of await world.client.tenant.list({ host: 'nyc1' })) {
      if (tenant.name !== world.name && tenant.name !== second) continue
      const record = recordOf({ nyc1: world.nyc1, id: tenant.id })
      world.nyc1.helper.state.tenants[tenant.id] = { ...record, notes: 'older', revision: 0 }
    }
    world.nyc1.helper.state.revision -= 1
  }
  const marked = async () =>
    (await world.client.host.list()).find(({ name }) => name === 'nyc1')?.putBack?.tenants
  const plan = () => world.client.host.planRecover({ name: 'nyc1', as: 'panel' })
  const input = (fingerprint: string) => ({
    name: 'nyc1',
    as: 'panel' as const,
    fingerprint,
    confirmed: true,
  })

  it('by the operator: the step under way is finished, the rest is left, and the question stays', async () => {
    await putBack()
    const { fingerprint, steps } = await plan()
    expect(steps).toHaveLength(2)
    const stop = new AbortController()
    const usual = answerOtherwise(world.nyc1, (request, answer) => {
      if (request.op === 'put') stop.abort()
      return answer(request)
    })
    const work = readWork(world.client.host.recover(input(fingerprint), { signal: stop.signal }))
    expect(await problemOf(work)).toMatchObject({
      code: 'CANCELLED',
      details: { action: 'recovering nyc1' },
    })
    usual()
    const [last] = await world.client.activity.list({})
    expect(last).toMatchObject({ kind: 'host recover', outcome: 'failed' })
    expect(last?.steps.map(({ state }) => state)).toEqual(['done', 'failed'])
    await world.client.tenant.list({ host: 'nyc1' })
    expect(await marked()).toHaveLength(1)
    const again = await plan()
    expect(again.steps).toHaveLength(1)
    await readWork(world.client.host.recover(input(again.fingerprint)))
    expect(await marked()).toBeUndefined()
  })

  it('by a failure: the step that failed is told, and names its tenant', async () => {
    await putBack()
    const { fingerprint, steps } = await plan()
    answerOtherwise(world.nyc1, (request, answer) => {
      if (request.op === 'put') throw new Error('the disk is full')
      return answer(request)
    })
    const told: string[] = []
    const iterator = await world.client.host.recover(input(fingerprint))
    const read = async (): Promise<void> => {
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
        told.push(`${next.value.state} ${next.value.sentence}`)
    }
    await problemOf(read())
    expect(told).toEqual([`started ${steps[0]?.sentence}`, `failed ${steps[0]?.sentence}`])
  })

  describe('by the death of the program', () => {
    const cutOff = 'Not finished: host recover of nyc1, which was cut off. Do it again to finish it.'

    beforeEach(async () => {
      await putBack()
      const { services } = world.panel.context
      await services.store.write((db) => {
        const host = listHosts(db).find(({ name }) => name === 'nyc1') ?? null
        beginOperation(db, services, { kind: 'host recover', host, tenant: null }, [])
      })
      Object.assign(world, await reopenMemoryWorld(world, { timeLimits }))
    })

    it('nobody is told to do again what this program has done again', async () => {
      const { fingerprint } = await plan()
      await readWork(world.client.host.recover(input(fingerprint)))
      expect(world.takeNotices()).not.toContain(cutOff)
    })

    it('who only looks is told', async () => {
      await plan()
      expect(world.takeNotices()).toContain(cutOff)
    })
  })
})

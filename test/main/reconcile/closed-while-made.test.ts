import { beforeEach, describe, expect, it } from 'vitest'
import { fail } from '../../../src/domain/problem-error.ts'
import { until } from '../../hosts/condition.ts'
import { answerOtherwise, type MemoryWorld, openMemoryWorld } from '../memory-world.ts'
import { problemOf, readWork } from '../panel.ts'

const shut = '203.0.113.77/32'
const kept = '203.0.113.78/32'
const name = 'cinder'
const entries = [{ cidr: shut }, { cidr: kept }]

describe('a tenant of which access is taken away while it is being made', () => {
  let world: MemoryWorld
  /** Done at the point of the next work that comes there, before it goes on. */
  let held: { readonly point: string; readonly act: () => Promise<unknown> } | undefined

  beforeEach(async () => {
    held = undefined
    world = await openMemoryWorld({
      tenants: 8,
      atPoint: async (point) => {
        if (point !== held?.point) return
        const { act } = held
        held = undefined
        await act()
      },
    })
  })

  const create = () => readWork(world.client.tenant.create({ name, host: 'nyc1', allow: entries }))
  const restore = () => readWork(world.client.tenant.restore({ name }))
  const revoke = () => world.client.tenant.revoke({ name, cidrs: [shut] })
  const suspend = () => world.client.tenant.suspend({ name })
  const annotate = () => world.client.tenant.annotate({ name, notes: 'later' })
  const recordNow = () =>
    Object.values(world.hostOf('nyc1').helper.state.tenants).find((record) => record.name === name)
  const cidrsOf = (tenant: { readonly allow: readonly { readonly cidr: string }[] } | undefined) =>
    tenant?.allow.map(({ cidr }) => cidr)
  const logged = async (kind: string) =>
    (await world.client.activity.list({ tenant: name })).filter((each) => each.kind === kind)
  const latest = async (kind: string) => (await logged(kind))[0]
  const breakDown = () => fail({ code: 'DOCKER_UNREACHABLE', details: { host: 'nyc1', reason: 'it ended' } })

  const points = [
    'before reserve-port',
    'after reserve-port',
    'before write-record',
    'after write-record',
    'before await-answer',
  ]
  it.each(points)('is made to the end, and an entry is out: %s', async (point) => {
    held = { point, act: revoke }
    const { result } = await create()
    expect(cidrsOf(result)).toEqual([kept])
    expect(recordNow()).toMatchObject({ open: true, allow: [{ cidr: kept }] })
    await annotate()
    expect(recordNow()).toMatchObject({ notes: 'later', open: true, allow: [{ cidr: kept }] })
    expect(await logged('tenant revoke')).toMatchObject([{ outcome: 'done' }])
    expect(world.takeNotices().join()).not.toContain('nother panel')
  })

  it.each(points)('is made to the end, and suspended: %s', async (point) => {
    held = { point, act: suspend }
    expect((await create()).result).toMatchObject({ state: 'suspended' })
    await annotate()
    expect(recordNow()).toMatchObject({ notes: 'later', open: false })
    await world.client.tenant.resume({ name })
    expect(recordNow()).toMatchObject({ open: true })
    expect(cidrsOf(recordNow())).toEqual([shut, kept])
  })

  it('is made to the end where its host reserved its port and that is not known here yet', async () => {
    const answerAsUsual = answerOtherwise(world.hostOf('nyc1'), (request, usual) => {
      if (request.op !== 'reserve') return usual(request)
      const reply = usual(request)
      return revoke()
        .then(suspend)
        .then(() => reply)
    })
    expect((await create()).result).toMatchObject({ state: 'suspended' })
    answerAsUsual()
    await annotate()
    expect(recordNow()).toMatchObject({ notes: 'later', open: false, allow: [{ cidr: kept }] })
  })

  it.each(points)('leaves nothing to be closed where its making is undone: %s', async (point) => {
    held = { point, act: () => suspend().then(breakDown) }
    expect(await problemOf(create())).toMatchObject({ code: 'DOCKER_UNREACHABLE' })
    expect(recordNow()).toBeUndefined()
    expect(await logged('tenant suspend')).toMatchObject([{ outcome: 'done' }])
  })

  it('is not there any more for who closed it while its making was undone, and nothing is left pending', async () => {
    let [letGo, closing] = [(): void => {}, Promise.resolve<unknown>(undefined)]
    const isHeld = new Promise<void>((resolve) => {
      letGo = resolve
    })
    const begin = async (): Promise<void> => {
      const isReached = new Promise<void>((resolve) => {
        held = { point: 'after close-access', act: () => Promise.resolve(resolve()).then(() => isHeld) }
      })
      closing = problemOf(suspend())
      await isReached
      breakDown()
    }
    held = { point: 'before await-answer', act: begin }
    expect(await problemOf(create())).toMatchObject({ code: 'DOCKER_UNREACHABLE' })
    letGo()
    expect(await closing).toMatchObject({ code: 'NOT_FOUND', details: { name } })
    expect(await logged('tenant suspend')).toMatchObject([{ outcome: 'done' }])
  })

  it('is told as one that is being made', async () => {
    held = {
      point: 'before await-answer',
      act: async () => expect(await suspend()).toMatchObject({ state: 'creating', why: 'It is being made.' }),
    }
    await create()
  })

  it('leaves no closing behind that failed and that nothing could confirm any more', async () => {
    const answerAsUsual = answerOtherwise(world.hostOf('nyc1'), (request, usual) =>
      request.op === 'close'
        ? fail({ code: 'HELPER_FAILED', details: { host: 'nyc1', op: 'close', reason: 'its disk is full' } })
        : usual(request),
    )
    const act = async () => {
      expect(await problemOf(revoke())).toMatchObject({ code: 'NOT_IN_FORCE' })
      breakDown()
    }
    held = { point: 'before await-answer', act }
    await problemOf(create())
    answerAsUsual()
    expect(recordNow()).toBeUndefined()
    expect(await logged('tenant revoke')).toMatchObject([{ outcome: 'done' }])
  })

  describe('again, after it was deleted,', () => {
    beforeEach(async () => {
      await create()
      await readWork(world.client.tenant.delete({ name, confirmed: true }))
    })

    it.each(points)('comes back without it: %s', async (point) => {
      held = { point, act: revoke }
      const { result } = await restore()
      expect(cidrsOf(result)).toEqual([kept])
      expect(recordNow()).toMatchObject({ open: true, allow: [{ cidr: kept }] })
    })

    it.each(points)('comes back without it where only the second try is done: %s', async (point) => {
      held = { point, act: () => revoke().then(breakDown) }
      expect(await problemOf(restore())).toMatchObject({ code: 'DOCKER_UNREACHABLE' })
      // Where it had no place yet, its recovery takes it back.
      await until('it is deleted again', async () => (await latest('tenant restore'))?.outcome === 'undone')
      expect(recordNow()).toBeUndefined()
      expect(cidrsOf((await restore()).result)).toEqual([kept])
      expect(recordNow()).toMatchObject({ allow: [{ cidr: kept }] })
    })

    it('comes back suspended where that was asked for at the first try', async () => {
      held = { point: 'before await-answer', act: () => suspend().then(breakDown) }
      await problemOf(restore())
      expect((await restore()).result).toMatchObject({ state: 'suspended' })
      expect(recordNow()).toMatchObject({ open: false })
    })
  })

  it('is busy while it is being deleted', async () => {
    await create()
    held = {
      point: 'before remove-container',
      act: async () => expect(await problemOf(revoke())).toMatchObject({ code: 'TENANT_BUSY' }),
    }
    await readWork(world.client.tenant.delete({ name, confirmed: true }))
    expect(held).toBeUndefined()
  })
})

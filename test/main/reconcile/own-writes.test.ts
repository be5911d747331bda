import { beforeEach, describe, expect, it } from 'vitest'
import { fail } from '../../../src/domain/problem-error.ts'
import { until } from '../../hosts/condition.ts'
import {
  answerOtherwise,
  neighbourOf,
  openTenantWorld,
  putByAnother,
  recordOf,
  type TenantWorld,
} from '../memory-world.ts'
import { problemOf } from '../panel.ts'

const cidr = '203.0.113.77/32'

describe('access that is taken away while its host is away', () => {
  let world: TenantWorld

  beforeEach(async () => {
    world = await openTenantWorld({
      tenants: 8,
      timeLimits: { lookMs: 1_000, callMs: 2_000, lookEveryMs: 100 },
    })
    // What the host is at is known from here on.
    await world.client.tenant.annotate({ name: world.name, notes: 'known' })
  })

  const held = () => recordOf(world)
  const isIn = () => held().allow.some((entry) => entry.cidr === cidr)
  const allow = () => world.client.tenant.allow({ name: world.name, entries: [{ cidr }] })
  const revoke = () => world.client.tenant.revoke({ name: world.name, cidrs: [cidr] })
  const suspend = () => world.client.tenant.suspend({ name: world.name })
  const show = () => world.client.tenant.show({ name: world.name })
  /** Reads until nothing of the tenant is pending or unfinished. */
  const settle = async () => {
    await expect
      .poll(
        async () => {
          const { pending, why } = await show()
          return [pending, why.includes('last change')]
        },
        { timeout: 20_000 },
      )
      .toEqual([[], false])
    return show()
  }
  /** The host carries out the next `put`, its answer is lost, and then the host is away. */
  const loseAnswer = async (work: () => Promise<unknown>) => {
    const { nyc1 } = world
    const answerAsUsual = answerOtherwise(nyc1, (request, usual) => {
      const reply = usual(request)
      if (request.op !== 'put') return reply
      nyc1.mood = { kind: 'down' }
      return fail({ code: 'HELPER_FAILED', details: { host: 'nyc1', op: 'put', reason: 'it ended' } })
    })
    await problemOf(work())
    answerAsUsual()
  }

  it('closes what this panel let in by a change whose answer was lost', async () => {
    const { client, name, nyc1, takeNotices } = world
    await loseAnswer(allow)
    expect(isIn()).toBe(true)
    expect(await problemOf(revoke())).toMatchObject({ code: 'NOT_IN_FORCE' })
    nyc1.mood = { kind: 'well' }
    const { allow: list } = await settle()
    expect(isIn()).toBe(false)
    expect(list.map((entry) => entry.cidr)).not.toContain(cidr)
    const told = takeNotices().join()
    expect(told).not.toContain('nother panel')
    expect(told).toContain(`Undone: tenant allow of ${name}`)
    const [last] = await client.activity.list({ tenant: name })
    expect(last).toMatchObject({ kind: 'tenant revoke', outcome: 'done' })
  })

  it('suspends what this panel resumed by a change whose answer was lost', async () => {
    const { client, name, nyc1, takeNotices } = world
    await suspend()
    await loseAnswer(() => client.tenant.resume({ name }))
    expect(held().open).toBe(true)
    expect(await problemOf(suspend())).toMatchObject({ code: 'NOT_IN_FORCE' })
    nyc1.mood = { kind: 'well' }
    expect(await settle()).toMatchObject({ state: 'suspended' })
    expect(held().open).toBe(false)
    expect(takeNotices().join()).not.toContain('nother panel')
  })

  it('is closed before a change that was cut off is settled by what the host has', async () => {
    const { client, nyc1, panel } = world
    await loseAnswer(allow)
    expect(await problemOf(revoke())).toMatchObject({ code: 'NOT_IN_FORCE' })
    // The host answers, and only what is to be closed fails there.
    const answerAsUsual = answerOtherwise(nyc1, (request, usual) =>
      request.op === 'close'
        ? fail({ code: 'HELPER_FAILED', details: { host: 'nyc1', op: 'close', reason: 'its disk is full' } })
        : usual(request),
    )
    nyc1.mood = { kind: 'well' }
    await client.tenant.annotate({
      name: await neighbourOf(world),
      notes: 'a change there settles the others',
    })
    await panel.context.services.background.idle(2_000)
    const waiting = await show()
    expect(waiting.allow.map((entry) => entry.cidr)).not.toContain(cidr)
    answerAsUsual()
    const { allow: list } = await settle()
    expect(isIn()).toBe(false)
    expect(list.map((entry) => entry.cidr)).not.toContain(cidr)
  })

  const othersOf = () => held().allow.filter((entry) => entry.cidr !== cidr)
  const writeAgain = () => {
    putByAnother(world, { allow: othersOf() })
    putByAnother(world, { allow: [...othersOf(), { cidr, label: 'paid again' }] })
  }

  it.each(['before', 'after'])(
    'is told and stays where another panel wrote it %s that was asked, and goes when it is asked again',
    async (when) => {
      const { name, nyc1, panel, takeNotices } = world
      await allow()
      if (when === 'before') writeAgain()
      nyc1.mood = { kind: 'down' }
      expect(await problemOf(revoke())).toMatchObject({ code: 'NOT_IN_FORCE' })
      await panel.context.services.background.idle(2_000)
      if (when === 'after') writeAgain()
      nyc1.mood = { kind: 'well' }
      const { allow: list } = await settle()
      expect(isIn()).toBe(true)
      expect(list).toContainEqual({ cidr, label: 'paid again' })
      const told = takeNotices()
      expect(told).toContain(
        `Another panel let in ${cidr} to ${name}, before or after revoking it was asked for here. It stays: revoke it again to shut it out.`,
      )
      expect(told.join()).not.toContain('Finished')
      const [undone] = (await world.client.activity.list({ tenant: name })).filter(
        ({ kind, actor }) => kind === 'tenant revoke' && actor !== 'another panel',
      )
      expect(undone).toMatchObject({ outcome: 'undone', why: expect.stringContaining(`let in ${cidr}`) })
      // Also while the host is away once more.
      nyc1.mood = { kind: 'down' }
      expect(await problemOf(revoke())).toMatchObject({ code: 'NOT_IN_FORCE' })
      nyc1.mood = { kind: 'well' }
      await settle()
      expect(isIn()).toBe(false)
      expect(takeNotices().join()).toContain(`Finished: revoke ${cidr} of ${name}`)
    },
  )

  it('names what was mistyped beside what another panel wrote, and logs neither as revoked', async () => {
    const { client, name, nyc1, panel, takeNotices } = world
    const mistyped = '203.0.113.78/32'
    nyc1.mood = { kind: 'down' }
    const lost = await problemOf(client.tenant.revoke({ name, cidrs: [mistyped, cidr] }))
    expect(lost).toMatchObject({ code: 'NOT_IN_FORCE' })
    await panel.context.services.background.idle(2_000)
    putByAnother(world, { allow: [...othersOf(), { cidr, label: 'paid again' }] })
    nyc1.mood = { kind: 'well' }
    await settle()
    expect(isIn()).toBe(true)
    const told = takeNotices().join(' ')
    expect(told).toContain(`Another panel let in ${cidr} to ${name}`)
    expect(told).toContain(
      `${mistyped} is not on the allowlist of ${name}. ${mistyped} was to be revoked while nyc1 was away: if it was mistyped, the right one is still let in.`,
    )
    const [last] = (await client.activity.list({ tenant: name })).filter(
      ({ kind, actor }) => kind === 'tenant revoke' && actor !== 'another panel',
    )
    expect(last).toMatchObject({ outcome: 'undone', steps: [{ state: 'undone' }] })
  })

  it('is told where another panel resumed it, and it is suspended when that is asked again', async () => {
    const { name, nyc1, panel, takeNotices } = world
    putByAnother(world, { open: false })
    putByAnother(world, { open: true })
    nyc1.mood = { kind: 'down' }
    expect(await problemOf(suspend())).toMatchObject({ code: 'NOT_IN_FORCE' })
    await panel.context.services.background.idle(2_000)
    nyc1.mood = { kind: 'well' }
    expect(await settle()).toMatchObject({ state: 'running' })
    expect(takeNotices()).toContain(
      `Another panel resumed ${name}, before or after suspending it was asked for here. It stays open: suspend it again to close it.`,
    )
    nyc1.mood = { kind: 'down' }
    expect(await problemOf(suspend())).toMatchObject({ code: 'NOT_IN_FORCE' })
    nyc1.mood = { kind: 'well' }
    expect(await settle()).toMatchObject({ state: 'suspended' })
    expect(held().open).toBe(false)
  })
})

describe('a closing that waits long before its host can be asked', () => {
  let world: TenantWorld
  let hold: Promise<void> | undefined
  let reached = 0

  beforeEach(async () => {
    hold = undefined
    reached = 0
    world = await openTenantWorld({
      ...{ tenants: 8, timeLimits: { slowStartMs: 1_000 } },
      atPoint: async (point) => {
        if (point !== 'before close-access') return
        reached += 1
        await hold
      },
    })
    await world.client.tenant.allow({ name: world.name, entries: [{ cidr }] })
  })

  const revoke = () => world.client.tenant.revoke({ name: world.name, cidrs: [cidr] })
  const suspend = () => world.client.tenant.suspend({ name: world.name })
  const isIn = () => recordOf(world).allow.some((entry) => entry.cidr === cidr)
  const logged = async () =>
    (await world.client.activity.list({ tenant: world.name })).find(
      ({ kind, actor }) => ['tenant revoke', 'tenant suspend'].includes(kind) && actor !== 'another panel',
    )
  /** Another panel writes while the closing waits for so long. */
  const whileHeld = async (act: () => Promise<unknown>, waitMs: number, write: () => void) => {
    let goOn = (): void => {}
    hold = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const [from, before] = [performance.now(), reached]
    const acting = act()
    acting.catch(() => {})
    await until('it is under way', () => reached === before + 1)
    write()
    await until('it has waited', () => performance.now() - from > waitMs)
    goOn()
    return acting
  }
  const writeEntry = () => {
    const others = recordOf(world).allow.filter((entry) => entry.cidr !== cidr)
    putByAnother(world, { allow: others })
    putByAnother(world, { allow: [...others, { cidr, label: 'paid again' }] })
  }
  const resumeThere = () => {
    putByAnother(world, { open: false })
    putByAnother(world, { open: true })
  }

  it('names and leaves an entry that another panel wrote meanwhile, which goes when it is asked again', async () => {
    expect(await problemOf(whileHeld(revoke, 1_100, writeEntry))).toMatchObject({
      code: 'WRITTEN_SINCE',
      message: expect.stringContaining(`Another panel let in ${cidr} to ${world.name}`),
    })
    expect(isIn()).toBe(true)
    expect(await logged()).toMatchObject({ outcome: 'undone', why: expect.stringContaining('It stays') })
    await revoke()
    expect(isIn()).toBe(false)
    expect(await logged()).toMatchObject({ outcome: 'done' })
  })

  it('leaves a tenant open that another panel resumed meanwhile', async () => {
    expect(await problemOf(whileHeld(suspend, 1_100, resumeThere))).toMatchObject({ code: 'WRITTEN_SINCE' })
    expect(recordOf(world).open).toBe(true)
    expect(await logged()).toMatchObject({ outcome: 'undone', why: expect.stringContaining('It stays open') })
    await suspend()
    expect(recordOf(world).open).toBe(false)
  })

  it('takes away what this panel itself let in', async () => {
    await whileHeld(revoke, 1_100, () => {})
    expect(isIn()).toBe(false)
  })

  it('takes away whatever is there where it did not wait long', async () => {
    await world.panel.context.services.background.idle(2_000)
    await whileHeld(revoke, 0, writeEntry)
    expect(isIn()).toBe(false)
  })
})

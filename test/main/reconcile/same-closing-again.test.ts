import { setTimeout as pause } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { listHosts } from '../../../src/main/adapters/store/hosts.ts'
import { until } from '../../hosts/condition.ts'
import { openPage } from '../live/page.ts'
import {
  openMemoryWorld,
  openTenantWorld,
  putByAnother,
  recordOf,
  type TenantWorld,
} from '../memory-world.ts'
import { problemOf, readWork } from '../panel.ts'
import { withoutMetrics } from '../without-metrics.ts'

describe('a closing that is asked for again while its host is away', () => {
  let world: TenantWorld

  beforeEach(async () => {
    world = await openTenantWorld({ tenants: 8, timeLimits: { lookMs: 1_000, callMs: 2_000 } })
    cidrs = (await world.client.tenant.show({ name: world.name })).allow.map(({ cidr }) => cidr)
    world.nyc1.mood = { kind: 'down' }
  })

  let cidrs: string[]
  const verbs = {
    revoke: () => world.client.tenant.revoke({ name: world.name, cidrs }),
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
    const { open = false, allow = [] } = nyc1.helper.state.tenants[id] ?? {}
    expect(open && allow.length > 0).toBe(false)
  })

  it('is one operation with an entry that nobody has beside it, and says of none other that it is nowhere', async () => {
    const { client, name, nyc1 } = world
    const both = ['198.51.100.78/32', ...cidrs]
    for (const asked of [both, [...both].reverse()])
      expect(await problemOf(client.tenant.revoke({ name, cidrs: asked }))).toMatchObject({
        code: 'NOT_IN_FORCE',
      })
    expect(await pending()).toHaveLength(1)
    // A part of what is pending is another operation, of entries that the store knew.
    await problemOf(client.tenant.revoke({ name, cidrs: cidrs.slice(0, 1) }))
    nyc1.mood = { kind: 'well' }
    await until('nothing is pending', async () => ((await pending()) ?? []).length === 0)
    const absent = (await client.program.takeNotices()).filter((notice) =>
      notice.includes('not on the allowlist'),
    )
    expect(absent).toEqual([expect.stringContaining(`198.51.100.78/32 is not on the allowlist of ${name}.`)])
    for (const { before } of await logged('revoke'))
      expect(JSON.stringify(before)).not.toContain('198.51.100.78')
  })

  it('an entry that only the host has is kept as an intent, and closed once the host answers', async () => {
    const { client, id, name, nyc1 } = world
    const record = nyc1.helper.state.tenants[id]
    if (record === undefined) throw new Error('the host has no record of it')
    record.allow.push({ cidr: '198.51.100.77/32', label: 'by another panel' })
    record.revision += 1
    await problemOf(verbs.suspend())
    for (const cidr of ['198.51.100.77/32', '198.51.100.78/32']) {
      const revoking = client.tenant.revoke({ name, cidrs: [cidr] })
      expect(await problemOf(revoking)).toMatchObject({ code: 'NOT_IN_FORCE' })
    }
    expect(await pending()).toHaveLength(3)
    nyc1.mood = { kind: 'well' }
    await until('it is closed there', async () => ((await pending()) ?? []).length === 0)
    const { allow = [] } = nyc1.helper.state.tenants[id] ?? {}
    expect(allow.map(({ cidr }) => cidr)).not.toContain('198.51.100.77/32')
    const notices = (await client.program.takeNotices()).join(' ')
    expect(notices).toContain(`198.51.100.78/32 is not on the allowlist of ${name}.`)
    expect(notices).not.toContain(`198.51.100.77/32 is not on`)
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

describe('a revoke of what only the host may have', () => {
  it('is kept before the host is asked for it, and ended when that has answered', async () => {
    const { client, name, nyc1 } = await openTenantWorld({ tenants: 8 })
    const last = async () => (await client.activity.list({ tenant: name, limit: 1 }))[0]
    nyc1.mood = { kind: 'slow', delayMs: 1_500 }
    const revoking = problemOf(client.tenant.revoke({ name, cidrs: ['198.51.100.77'] }))
    await until('it is kept', async () => (await last())?.kind === 'tenant revoke')
    expect(await last()).toMatchObject({ outcome: 'running' })
    expect(await revoking).toMatchObject({ code: 'ENTRY_ABSENT' })
    expect(await last()).toMatchObject({ kind: 'tenant revoke', outcome: 'undone' })
  })
})

describe('a revoke of what another panel let in', () => {
  const entry = { cidr: '198.51.100.77/32', label: 'by another panel' }

  it('goes on after it was cut off, because it was there when it was asked for', async () => {
    const points: string[] = []
    const world = await openTenantWorld({
      ...{ tenants: 8, timeLimits: { lookMs: 1_000, callMs: 2_000 } },
      atPoint: async (point) => {
        if (point !== 'before close-access') return
        points.push(point)
        if (points.length === 1) world.nyc1.mood = { kind: 'down' }
      },
    })
    const { client, name, nyc1 } = world
    const { allow } = recordOf(world)
    putByAnother(world, { allow: [...allow, entry] })
    const cut = await problemOf(client.tenant.revoke({ name, cidrs: [entry.cidr] }))
    expect(cut).toMatchObject({ code: 'NOT_IN_FORCE' })
    nyc1.mood = { kind: 'well' }
    await until('nothing is pending', async () => {
      const tenants = await client.tenant.list({ host: 'nyc1' })
      return points.length > 1 && tenants.every(({ pending }) => pending.length === 0)
    })
    expect(recordOf(world).allow.map(({ cidr }) => cidr)).toEqual(allow.map(({ cidr }) => cidr))
    expect((await client.program.takeNotices()).join(' ')).not.toContain('Another panel let in')
  })

  it.each(['running', 'suspended'])(
    'that covers one of those that are revoked is told: %s',
    async (state) => {
      const world = await openTenantWorld({ tenants: 8 })
      const { client, name } = world
      if (state === 'suspended') await client.tenant.suspend({ name })
      const { allow } = recordOf(world)
      putByAnother(world, { allow: [...allow, { ...entry, cidr: '198.51.100.64/27' }] })
      const own = allow[0]?.cidr ?? ''
      const nowhere = '203.0.113.200/32'
      const covered = await problemOf(client.tenant.revoke({ name, cidrs: [own, entry.cidr, nowhere] }))
      expect(covered).toMatchObject({
        code: 'ENTRY_COVERED',
        details: { cidr: entry.cidr, by: '198.51.100.64/27', revoked: [own], absent: [nowhere] },
      })
      expect(recordOf(world).allow.map(({ cidr }) => cidr)).not.toContain(own)
      const [logged] = await client.activity.list({ tenant: name, limit: 1 })
      expect(logged).toMatchObject({ kind: 'tenant revoke', before: { allow: [{ cidr: own }] } })
    },
  )

  it('while the host was slow to answer is told and left', async () => {
    const world = await openTenantWorld({ tenants: 8, timeLimits: { slowStartMs: 300, callMs: 5_000 } })
    const { client, name, nyc1 } = world
    const { allow } = recordOf(world)
    nyc1.mood = { kind: 'slow', delayMs: 1_000 }
    const own = allow[0]?.cidr ?? ''
    const revoking = problemOf(client.tenant.revoke({ name, cidrs: [own, entry.cidr] }))
    await until('it is kept', async () => (await client.activity.list({ outcome: 'running' })).length > 0)
    putByAnother(world, { allow: [...allow, entry] })
    expect(await revoking).toMatchObject({ code: 'WRITTEN_SINCE', details: { left: [entry.cidr] } })
    const there = recordOf(world).allow.map(({ cidr }) => cidr)
    expect(there).toContain(entry.cidr)
    expect(there).not.toContain(own)
  })
})

describe('a closing that joins one that is being tried again', () => {
  it.each(['well', 'down'] as const)(
    'is answered by what its own try found: the host is %s by then',
    async (mood) => {
      let reached = 0
      let goOn = (): void => {}
      let gate = Promise.resolve()
      const { client, id, name, nyc1, panel } = await openTenantWorld({
        ...{ tenants: 8, timeLimits: { lookMs: 1_000, callMs: 2_000, lookEveryMs: 100 } },
        atPoint: async (point) => {
          if (point === 'after close-access') nyc1.mood = { kind: mood }
          if (point !== 'before close-access') return
          reached += 1
          await gate
        },
      })
      nyc1.mood = { kind: 'down' }
      expect(await problemOf(client.tenant.suspend({ name }))).toMatchObject({ code: 'NOT_IN_FORCE' })
      gate = new Promise((resolve) => {
        goOn = resolve
      })
      reached = 0
      nyc1.mood = { kind: 'well' }
      await until('it is tried again', () => reached === 1)
      const suspending = client.tenant.suspend({ name }).then(
        ({ state }) => state,
        async (error: unknown) => (await problemOf(Promise.reject(error))).code,
      )
      await until('it waits', () => panel.context.services.running.isShownBusy(id))
      expect(reached).toBe(1)
      goOn()
      expect(await suspending).toBe(mood === 'well' ? 'suspended' : 'NOT_IN_FORCE')
      expect(nyc1.helper.state.tenants[id]?.open).toBe(false)
      const logged = await client.activity.list({ tenant: name })
      expect(logged.filter(({ kind }) => kind === 'tenant suspend').map(({ outcome }) => outcome)).toEqual(
        mood === 'well' ? ['done', 'done'] : ['failed', 'done'],
      )
    },
  )
})

describe('the lane of closings', () => {
  it('holds up no refusal, and nothing beside a look at Docker that follows a closing', async () => {
    let held: Promise<void> | undefined
    let reached = 0
    const { client, name, nyc1 } = await openTenantWorld({
      ...{ tenants: 8, timeLimits: { heardMs: 30_000 } },
      atPoint: async (point) => {
        if (point !== 'before close-access') return
        reached += 1
        await held
      },
    })
    let goOn = (): void => {}
    const hold = () =>
      new Promise<void>((resolve) => {
        goOn = resolve
      })
    const cidrs = (await client.tenant.show({ name })).allow.map(({ cidr }) => cidr)
    held = hold()
    const suspending = client.tenant.suspend({ name })
    await until('a closing is under way', () => reached === 1)
    const absent = client.tenant.revoke({ name, cidrs: ['198.51.100.99'] })
    expect(await problemOf(absent)).toMatchObject({ code: 'ENTRY_ABSENT' })
    expect(reached).toBe(1)
    goOn()
    await suspending

    held = undefined
    nyc1.helper.troubles.diskIsFull = true
    const docker = hold()
    let looks = 0
    const { listContainers } = nyc1.docker.api
    const listLater = async (options?: { all?: boolean; filters?: string }) => {
      looks += 1
      await docker
      return listContainers(options)
    }
    Object.assign(nyc1.docker.api, { listContainers: listLater })
    const revoking = problemOf(client.tenant.revoke({ name, cidrs }))
    await until('Docker is looked at', () => looks > 0)
    const before = reached
    const again = problemOf(client.tenant.suspend({ name }))
    await until('the next closing is under way', () => reached > before)
    goOn()
    expect(await revoking).toMatchObject({ code: 'NOT_KEPT' })
    expect(await again).toMatchObject({ code: 'NOT_KEPT' })
  })
})

describe('a login that was refused to a closing', () => {
  it.each(['refused', 'refusedBeside'] as const)('is seldom tried again by itself: %s', async (which) => {
    let tries = 0
    const { client, name, nyc1, panel } = await openTenantWorld({
      ...{ tenants: 8, timeLimits: { lookEveryMs: 50, refusedPauseMs: 8_000 } },
      atPoint: (point) => {
        if (point === 'before close-access') tries += 1
      },
    })
    const { services } = panel.context
    const host = await services.store.read((db) => listHosts(db).find((each) => each.name === 'nyc1'))
    if (host === undefined) throw new Error('there is no nyc1')
    const { link } = services.hosts.access(host)
    const info = link.info()
    let isRefused = true
    Object.assign(link, { info: () => ({ ...info, [which]: isRefused }) })
    nyc1.mood = { kind: 'down' }
    expect(await problemOf(client.tenant.suspend({ name }))).toMatchObject({ code: 'NOT_IN_FORCE' })
    await pause(400)
    expect(tries).toBe(1)
    await until('it is tried again after the pause', () => tries === 2)
    isRefused = false
    expect(await problemOf(client.tenant.suspend({ name }))).toMatchObject({ code: 'NOT_IN_FORCE' })
    await until('it is tried again by itself', () => tries > 4)
  })
})

describe('a closing that waits on a server that was replaced', () => {
  it('is tried again and again, and what is shown of it stays', async () => {
    let tries = 0
    const { client, hostOf } = await openMemoryWorld({
      ...{ tenants: 24, timeLimits: { lookEveryMs: 50 } },
      atPoint: (point) => {
        if (point === 'before close-access') tries += 1
      },
    })
    const page = openPage(client)
    try {
      const tenants = await client.tenant.list({ host: 'nyc1' })
      const [one, two, three] = tenants.filter(({ state, allow }) => state === 'running' && allow.length > 0)
      if (one === undefined || two === undefined || three === undefined)
        throw new Error('fewer than three run on nyc1')
      const { state } = hostOf('nyc1').helper
      const registryId = state.hostId
      state.hostId = 'f'.repeat(32)
      const cidrs = one.allow.map(({ cidr }) => cidr)
      const closings = [
        problemOf(client.tenant.revoke({ name: one.name, cidrs })),
        problemOf(client.tenant.suspend({ name: two.name })),
        problemOf(readWork(client.tenant.delete({ name: three.name, confirmed: true }))),
      ]
      for (const problem of await Promise.all(closings)) expect(problem.code).toBe('NOT_IN_FORCE')
      const shown = (id: string) => page.tenants.get(id)
      const outcomeOf = (verb: string) =>
        page.operations.filter(({ kind }) => kind === `tenant ${verb}`).at(-1)?.outcome
      const isTold = () =>
        [one, two].every(({ id }) => shown(id)?.why.includes('Not in force yet')) &&
        shown(three.id)?.leftover === 'not-deleted' &&
        ['revoke', 'suspend', 'delete'].every((verb) => outcomeOf(verb) === 'failed')
      await until('all three are told', isTold)
      await until('each was tried twice more', () => tries >= 9)
      const list = async () => (await client.tenant.list({ host: 'nyc1' })).map(withoutMetrics)
      const [events, listed] = [page.events.length, await list()]
      const until30 = tries + 30
      await until('each was tried ten times more', () => tries >= until30)
      expect(page.events.slice(events)).toEqual([])
      expect(await list()).toEqual(listed)
      expect(await client.activity.list({ outcome: 'running' })).toEqual([])

      state.hostId = registryId
      const isClosed = () => [one, two, three].every(({ id }) => (shown(id)?.pending ?? []).length === 0)
      await until('all three are closed', isClosed)
      expect(state.tenants[one.id]).toMatchObject({ open: true, allow: [] })
      expect(state.tenants[two.id]).toMatchObject({ open: false })
    } finally {
      await page.close()
    }
  })
})

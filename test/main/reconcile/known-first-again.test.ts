import { beforeEach, describe, expect, it } from 'vitest'
import { listUnknown } from '../../../src/core/plan/closing.ts'
import { fail } from '../../../src/domain/problem-error.ts'
import { listPendingClosings } from '../../../src/main/adapters/store/closings.ts'
import { until } from '../../hosts/condition.ts'
import { answerOtherwise, recordOf } from '../memory-world.ts'
import { nowhere, openTwoPartWorld, type TwoPartWorld, theirs } from './two-part-world.ts'

describe('a revoke in two parts', () => {
  let world: TwoPartWorld['world']
  let cidr: string
  let label: string
  let revoke: TwoPartWorld['revoke']
  let listed: TwoPartWorld['listed']
  let log: TwoPartWorld['log']

  beforeEach(async () => {
    ;({ world, cidr, label, revoke, listed, log } = await openTwoPartWorld())
  })

  it('whose host is forgotten before the second one is in force is told when the host comes back', async () => {
    atClose(2, cutOff)
    expect(await revoke(theirs, cidr)).toMatchObject({ code: 'NOT_IN_FORCE', details: { revoked: [cidr] } })
    const { client, name } = world
    await client.host.remove({ name: 'nyc1', forget: true, confirmed: true })
    world.takeNotices()
    world.nyc1.mood = { kind: 'well' }
    await client.host.add({ name: 'nyc1', target: { kind: 'ssh', user: 'deploy', address: '198.51.100.20' } })
    expect(world.takeNotices()).toContainEqual(
      `nyc1 was forgotten before revoking ${theirs} of ${name} was in force. It lets in as before: do it again.`,
    )
  })

  it('that is asked for twice at once is done once, and undone where nobody was there', async () => {
    await Promise.all([revoke(nowhere, cidr), revoke(nowhere, cidr)])
    const told = (await log()).map(({ outcome, cidrs }) => [outcome, cidrs])
    expect(told.filter(([outcome]) => outcome === 'done')).toEqual([['done', cidr]])
    expect(told.filter(([outcome]) => outcome !== 'done')).not.toContainEqual(['undone', nowhere])
  })

  it('that had failed as a whole is told by what is left of it, with the label that it had', async () => {
    world.nyc1.mood = { kind: 'down' }
    expect(await revoke(theirs, cidr)).toMatchObject({ code: 'NOT_IN_FORCE' })
    world.nyc1.mood = { kind: 'well' }
    atClose(2, cutOff)
    expect(await revoke(theirs, cidr)).toMatchObject({ code: 'NOT_IN_FORCE', details: { revoked: [cidr] } })
    const { client, name } = world
    const all = await log()
    expect(all.find(({ outcome }) => outcome === 'done')?.before).toMatchObject({ allow: [{ cidr, label }] })
    const left = all.find(({ outcome }) => outcome === 'failed')
    expect(left?.steps.map(({ sentence }) => sentence)).toEqual([`On nyc1: revoke ${theirs} of ${name}`])
    world.nyc1.mood = { kind: 'well' }
    await until('it ends', async () => (await client.tenant.show({ name })).pending.length === 0)
    expect(listed()).not.toContain(theirs)
  })

  it('keeps what the host was seen to have, though the same is asked for beside it', async () => {
    let letGo = (): void => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    let closes = 0
    answerOtherwise(world.nyc1, async (request, usual) => {
      if (request.op !== 'close') return usual(request)
      closes += 1
      const answer = usual(request)
      if (closes === 2) await held
      return answer
    })
    const first = revoke(theirs, cidr)
    const second = revoke(theirs, cidr)
    const { store } = world.panel.context.services
    await until('the first has kept what the host has', async () => {
      const [pending] = await store.read((db) => listPendingClosings(db))
      return closes === 2 && pending !== undefined && listUnknown(pending.operation).length === 0
    })
    world.nyc1.mood = { kind: 'down' }
    letGo()
    expect(await Promise.all([first, second])).toMatchObject([
      { code: 'NOT_IN_FORCE' },
      { code: 'NOT_IN_FORCE' },
    ])
    world.nyc1.mood = { kind: 'well' }
    const { client, name } = world
    await until('it ends', async () => (await client.tenant.show({ name })).pending.length === 0)
    expect(listed()).not.toContain(theirs)
    expect(world.takeNotices().join(' ')).not.toContain('It stays')
  })

  it('that is asked for again after the first one is in force calls that one not mistyped', async () => {
    atClose(2, cutOff)
    expect(await revoke(theirs, cidr)).toMatchObject({ code: 'NOT_IN_FORCE', details: { revoked: [cidr] } })
    expect(await revoke(theirs, cidr)).toMatchObject({ code: 'NOT_IN_FORCE' })
    world.nyc1.mood = { kind: 'well' }
    const { client, name } = world
    await until('it ends', async () => (await client.tenant.show({ name })).pending.length === 0)
    expect(listed()).not.toContain(theirs)
    expect(world.takeNotices().join(' ')).not.toContain('mistyped')
  })

  it.each([
    ['beside one that is known', true],
    ['alone', false],
  ])(
    'calls not mistyped what only the filter had, where the host goes away after the look: %s',
    async (_, beside) => {
      let isSearched = false
      answerOtherwise(world.nyc1, (request, usual) => {
        if (request.op === 'close' && isSearched && world.nyc1.mood.kind === 'well') return cutOff()
        if (request.op !== 'restore' || isSearched) return usual(request)
        isSearched = true
        const { port } = recordOf(world)
        return { ...Object(usual(request)), removed: [{ cidr: nowhere, port }] }
      })
      expect(await revoke(nowhere, ...(beside ? [cidr] : []))).toMatchObject({ code: 'NOT_IN_FORCE' })
      isSearched = false
      world.nyc1.mood = { kind: 'well' }
      const { client, name } = world
      await until('it ends', async () => (await client.tenant.show({ name })).pending.length === 0)
      expect(world.takeNotices().join(' ')).not.toContain('mistyped')
      const told = (await log()).map(({ outcome, cidrs }) => [outcome, cidrs])
      expect(told).toContainEqual(['done', nowhere])
    },
  )

  it('closes the first one again on a host that was put back before the second', async () => {
    const { state } = world.nyc1.helper
    const kept = structuredClone(state)
    let closes = 0
    answerOtherwise(world.nyc1, (request, usual) => {
      if (request.op === 'close') closes += 1
      if (closes === 2 && request.op === 'close') Object.assign(state, kept)
      return usual(request)
    })
    const { changed } = await world.client.tenant.revoke({ name: world.name, cidrs: [theirs, cidr] })
    expect(changed.map((entry) => entry.cidr)).toEqual([cidr, theirs])
    expect(listed()).not.toContain(cidr)
    expect(listed()).not.toContain(theirs)
  })

  it('has the first one pending again where that was lost with the host, which then goes away', async () => {
    const { state } = world.nyc1.helper
    const kept = structuredClone(state)
    let closes = 0
    answerOtherwise(world.nyc1, (request, usual) => {
      if (request.op !== 'close') return usual(request)
      closes += 1
      if (closes === 2) Object.assign(state, kept)
      return closes === 3 ? cutOff() : usual(request)
    })
    const { details } = await revoke(theirs, cidr)
    expect(details).toMatchObject({ action: expect.stringContaining(cidr) })
    expect(details).not.toHaveProperty('revoked')
    const { client, name } = world
    expect((await client.tenant.show({ name })).pending).toMatchObject([
      { cidrs: expect.arrayContaining([cidr]) },
    ])
    world.nyc1.mood = { kind: 'well' }
    await until('it ends', async () => (await client.tenant.show({ name })).pending.length === 0)
    expect(listed()).not.toContain(cidr)
    expect(listed()).not.toContain(theirs)
  })

  /** At the so many-th closing that comes to the host. */
  const atClose = (number: number, act: () => never): void => {
    let closes = 0
    answerOtherwise(world.nyc1, (request, usual) => {
      if (request.op !== 'close') return usual(request)
      closes += 1
      return closes === number ? act() : usual(request)
    })
  }

  const cutOff = (): never => {
    world.nyc1.mood = { kind: 'down' }
    return fail({ code: 'HOST_UNREACHABLE', details: { host: 'nyc1', address: '', reason: 'it is cut off' } })
  }
})

import { beforeEach, describe, expect, it } from 'vitest'
import { listCidrs } from '../../../src/core/plan/closing.ts'
import { fail } from '../../../src/domain/problem-error.ts'
import { joinClosed } from '../../../src/main/reconcile/close-known.ts'
import { until } from '../../hosts/condition.ts'
import {
  answerOtherwise,
  openTenantWorld,
  putByAnother,
  recordOf,
  reopenMemoryWorld,
  type TenantWorld,
} from '../memory-world.ts'
import { createTenant, problemOf, readWork } from '../panel.ts'

const nowhere = '198.51.100.78/32'
const timeLimits = { lookMs: 1_000, callMs: 2_000 }

describe('a revoke of entries that the store has, and of one that it does not', () => {
  let world: TenantWorld
  let cidr: string
  let revoke: () => Promise<unknown>
  const listed = () => recordOf(world).allow.map((entry) => entry.cidr)

  beforeEach(async () => {
    world = await openTenantWorld({ tenants: 8, timeLimits })
    cidr = recordOf(world).allow[0]?.cidr ?? ''
    revoke = () => world.client.tenant.revoke({ name: world.name, cidrs: [nowhere, cidr] })
    expect(listed()).toContain(cidr)
  })

  it('closes the first before it looks for the second', async () => {
    const seen: string[][] = []
    answerOtherwise(world.nyc1, (request, usual) => {
      if (request.op === 'restore') seen.push(listed())
      return usual(request)
    })
    expect(await problemOf(revoke())).toMatchObject({
      code: 'ENTRY_ABSENT',
      details: { cidr: nowhere, revoked: [cidr] },
    })
    expect(seen).toHaveLength(1)
    expect(seen[0]).not.toContain(cidr)
    const { tenant, pending, log } = await latest()
    expect(pending).toEqual([])
    // One operation each: a host that was put back closes again what is done, and not what nobody had.
    expect(log).toEqual({ [cidr]: 'done', '': 'undone' })
    expect(tenant.allow.map((entry) => entry.cidr)).toEqual(listed())
  })

  it('takes in what another panel did before it', async () => {
    putByAnother(world, { allow: [...recordOf(world).allow, { cidr: '203.0.113.50/32', label: 'theirs' }] })
    await problemOf(revoke())
    const { client, name } = world
    await client.tenant.allow({ name, entries: [{ cidr: '203.0.113.9' }] })
    expect(listed()).toEqual(expect.arrayContaining(['203.0.113.50/32', '203.0.113.9/32']))
    expect(listed()).not.toContain(cidr)
  })

  it('says what lies inside of a range that it closed, and stays', async () => {
    const { client, name } = world
    const entries = ['203.0.113.0/24', '203.0.113.128/25'].map((each) => ({ cidr: each }))
    await client.tenant.allow({ name, entries })
    const problem = await problemOf(client.tenant.revoke({ name, cidrs: ['203.0.113.0/24', nowhere] }))
    expect(problem.message).toBe(
      `${nowhere} is not on the allowlist of ${name}. Revoked: 203.0.113.0/24. 203.0.113.128/25 lies inside and stays on the list: it is an entry of its own. Revoke it too to shut it out.`,
    )
    // The same of a range that is no entry itself.
    expect((await problemOf(client.tenant.revoke({ name, cidrs: ['203.0.113.0/24'] }))).message).toBe(
      `203.0.113.0/24 is not on the allowlist of ${name}. 203.0.113.128/25 lies inside and stays on the list: it is an entry of its own. Revoke it too to shut it out.`,
    )
  })

  it('is pending with both where the host confirms neither', async () => {
    const letGo = answerOtherwise(world.nyc1, (request, usual) => {
      if (request.op !== 'close') return usual(request)
      return fail({
        code: 'HELPER_FAILED',
        details: { host: 'nyc1', op: 'close', reason: 'its disk is full' },
      })
    })
    expect(await problemOf(revoke())).toMatchObject({ code: 'NOT_IN_FORCE' })
    expect((await latest()).pending).toMatchObject([
      { kind: 'revoke', cidrs: expect.arrayContaining([nowhere, cidr]) },
    ])
    letGo()
    await problemOf(revoke())
    expect(listed()).not.toContain(cidr)
    expect((await latest()).pending).toEqual([])
  })

  it.each([
    ['finished while the host was away', 'ends'],
    ['cut off with the program', 'hangs'],
  ] as const)('is done where only the first part was confirmed: %s', async (_, how) => {
    duringLook(() => {
      world.nyc1.mood = how === 'ends' ? { kind: 'down' } : { kind: 'slow', delayMs: 60_000 }
    })
    const revoking = problemOf(revoke())
    await until('the first part is confirmed', () => world.nyc1.mood.kind !== 'well')
    if (how === 'hangs') {
      world.nyc1.mood = { kind: 'down' }
      world = { ...world, ...(await reopenMemoryWorld(world, { timeLimits })) }
    }
    const told = await revoking
    expect(told).toMatchObject({ code: 'NOT_IN_FORCE', details: { revoked: [cidr] } })
    expect(told.message).toContain(`Not in force yet: revoking ${nowhere} of ${world.name}.`)
    expect((await latest()).pending).toMatchObject([{ kind: 'revoke', cidrs: [nowhere] }])
    world.nyc1.mood = { kind: 'well' }
    await until('nothing is pending', async () => (await latest()).pending.length === 0)
    expect(listed()).not.toContain(cidr)
    expect((await latest()).log).toEqual({ [cidr]: 'done', '': 'undone' })
    expect(world.takeNotices()).toContainEqual(
      expect.stringContaining(`${nowhere} is not on the allowlist of ${world.name}.`),
    )
  })

  it('shuts out nobody again who was let in by another panel before the second part is in force', async () => {
    putByAnother(world, { allow: [...recordOf(world).allow, { cidr: nowhere, label: 'theirs' }] })
    const again = { cidr, label: 'again' }
    let closes = 0
    answerOtherwise(world.nyc1, (request, usual) => {
      if (request.op !== 'close') return usual(request)
      closes += 1
      if (closes === 2) return cutOff(world)
      const answer = usual(request)
      if (closes === 1) putByAnother(world, { allow: [...recordOf(world).allow, again] })
      return answer
    })
    expect(await problemOf(revoke())).toMatchObject({ code: 'NOT_IN_FORCE', details: { revoked: [cidr] } })
    world = { ...world, ...(await reopenMemoryWorld(world, { timeLimits })) }
    world.nyc1.mood = { kind: 'well' }
    await until('nothing is pending', async () => (await latest()).pending.length === 0)
    expect(recordOf(world).allow).toContainEqual(again)
    expect(listed()).not.toContain(nowhere)
    const { client, name } = world
    await client.tenant.allow({ name, entries: [{ cidr: '203.0.113.9' }] })
    expect((await latest()).tenant.allow).toContainEqual(again)
  })

  it('does not take for mistyped what only the host had, where the answer to the second part is lost', async () => {
    putByAnother(world, { allow: [...recordOf(world).allow, { cidr: nowhere, label: 'theirs' }] })
    const answers: unknown[] = []
    answerOtherwise(world.nyc1, (request, usual) => {
      const answer = usual(request)
      if (request.op !== 'close' || answers.push(answer) !== 2) return answer
      return cutOff(world)
    })
    expect(await problemOf(revoke())).toMatchObject({ code: 'NOT_IN_FORCE' })
    world.nyc1.mood = { kind: 'well' }
    await until('nothing is pending', async () => (await latest()).pending.length === 0)
    expect((await latest()).log).toEqual({ [cidr]: 'done', [nowhere]: 'done' })
    expect(world.takeNotices().join(' ')).not.toContain('is not on the allowlist')
  })

  it('refuses no change that is made while it looks for the second', async () => {
    const { client, name } = world
    let allowing: Promise<unknown> | undefined
    duringLook(() => {
      allowing = client.tenant.allow({ name, entries: [{ cidr: '203.0.113.9' }] })
      return allowing
    })
    await problemOf(revoke())
    await allowing
    expect(listed()).toContain('203.0.113.9/32')
    expect(listed()).not.toContain(cidr)
  })

  it('lets a tenant be made that it takes access away from', async () => {
    const { client, nyc1 } = world
    nyc1.mood = { kind: 'slow', delayMs: 60 }
    const allow = [{ cidr: '203.0.113.7' }, { cidr: '203.0.113.8' }]
    const making = createTenant({ client }, { name: 'newt', host: 'nyc1', allow })
    await until('it is known', async () => (await client.tenant.findNames({ names: ['newt'] })).length > 0)
    const cidrs = [nowhere, '203.0.113.7']
    expect(await problemOf(client.tenant.revoke({ name: 'newt', cidrs }))).toMatchObject({
      code: 'ENTRY_ABSENT',
    })
    expect((await making).allow).toMatchObject([{ cidr: '203.0.113.8/32' }])
  })

  it('tells that another panel has let in the first again, and does not say that it covers itself', async () => {
    duringLook(() => putByAnother(world, { allow: [...recordOf(world).allow, { cidr, label: 'again' }] }))
    expect(await problemOf(revoke())).toMatchObject({ code: 'WRITTEN_SINCE', details: { left: [cidr] } })
    expect((await latest()).tenant.allow).toContainEqual({ cidr, label: 'again' })
  })

  it('does not call it another panel that lets in the first again here', async () => {
    const { client, name } = world
    duringLook(() => client.tenant.allow({ name, entries: [{ cidr }] }))
    expect(await problemOf(revoke())).toMatchObject({ code: 'ENTRY_ABSENT', details: { revoked: [cidr] } })
    expect(listed()).toContain(cidr)
  })

  /** Once, after the first part is closed, while the host is searched for the second. */
  const duringLook = (act: () => unknown): void => {
    let acting: Promise<unknown> | undefined
    answerOtherwise(world.nyc1, async (request, usual) => {
      if (request.op === 'restore') {
        acting ??= Promise.resolve(act())
        await acting
      }
      return usual(request)
    })
  }

  const latest = async () => {
    const { client, name } = world
    const tenant = await client.tenant.show({ name })
    const revokes = (await client.activity.list({ tenant: name, limit: 10 })).filter(
      ({ kind }) => kind === 'tenant revoke',
    )
    const log = Object.fromEntries(revokes.map(({ before, outcome }) => [listCidrs(before).join(), outcome]))
    return { tenant, log, pending: tenant.pending }
  }
})

it('everybody is revoked as the list shows it', async () => {
  const { client, name } = await openTenantWorld({ tenants: 8 })
  await client.tenant.allow({ name, entries: [{ cidr: 'anyone' }] })
  const { tenant, changed } = await client.tenant.revoke({ name, cidrs: ['0.0.0.0/0'] })
  expect(changed.map((entry) => entry.cidr)).toEqual(['0.0.0.0/0'])
  expect(listedOf(tenant)).toContain('::/0')
  await client.tenant.revoke({ name, cidrs: ['::/0'] })
  expect((await client.tenant.show({ name })).openToAnyone).toBe(false)
})

it('a revoke of a tenant whose delete is not in force yet counts where it is restored', async () => {
  const world = await openTenantWorld({ tenants: 8, timeLimits: { lookMs: 1_000, callMs: 2_000 } })
  const { client, id, name, nyc1 } = world
  const [cidr = '', ...others] = recordOf(world).allow.map((entry) => entry.cidr)
  expect(others.length).toBeGreaterThan(0)
  nyc1.mood = { kind: 'down' }
  const deleting = readWork(client.tenant.delete({ name, confirmed: true }))
  expect(await problemOf(deleting)).toMatchObject({ code: 'NOT_IN_FORCE' })
  expect(await problemOf(client.tenant.revoke({ name, cidrs: [cidr] }))).toMatchObject({
    code: 'TENANT_BUSY',
    message: `Tenant ${name} is being deleted, which shuts everybody out as soon as it is in force.`,
    advice: 'If it is restored, what you took away just now stays out.',
  })
  nyc1.mood = { kind: 'well' }
  await readWork(client.tenant.delete({ name, confirmed: true }))
  const { result } = await readWork(client.tenant.restore({ id, name }))
  expect(listedOf(result)).toEqual(others)
  expect(listedOf(recordOf(world))).toEqual(others)
})

const cutOff = ({ nyc1 }: TenantWorld): never => {
  nyc1.mood = { kind: 'down' }
  return fail({ code: 'HOST_UNREACHABLE', details: { host: 'nyc1', address: '', reason: 'it is cut off' } })
}

const listedOf = ({ allow }: { readonly allow: readonly { readonly cidr: string }[] }): string[] =>
  allow.map((entry) => entry.cidr)

it('both parts of a closing are one change, unless somebody else wrote the record between them', () => {
  const answerOf = (was: number, cidr: string) => ({
    ...{ was, revision: was + 1, open: true, absent: false, isOlder: false, problems: [] },
    ...{ allow: [], closed: [cidr], left: [], cut: [{ address: cidr, sockets: 1 }] },
  })
  const first = answerOf(5, '198.51.100.7/32')
  expect(joinClosed(first, answerOf(6, nowhere))).toEqual({
    ...{ ...answerOf(6, nowhere), was: 5, closed: ['198.51.100.7/32', nowhere] },
    cut: [
      { address: '198.51.100.7/32', sockets: 1 },
      { address: nowhere, sockets: 1 },
    ],
  })
  expect(joinClosed(first, answerOf(9, nowhere)).was).toBe(9)
})

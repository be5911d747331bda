import { beforeEach, describe, expect, it } from 'vitest'
import { fail } from '../../../src/domain/problem-error.ts'
import { joinClosed } from '../../../src/main/reconcile/close-known.ts'
import {
  answerOtherwise,
  openTenantWorld,
  putByAnother,
  recordOf,
  type TenantWorld,
} from '../memory-world.ts'
import { problemOf, readWork } from '../panel.ts'

const nowhere = '198.51.100.78/32'

describe('a revoke of entries that the store has, and of one that it does not', () => {
  let world: TenantWorld
  let cidr: string
  let revoke: () => Promise<unknown>
  const listed = () => recordOf(world).allow.map((entry) => entry.cidr)

  beforeEach(async () => {
    world = await openTenantWorld({ tenants: 8, timeLimits: { lookMs: 1_000, callMs: 2_000 } })
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
    const { tenant, ...rest } = await latest()
    expect(rest).toEqual({ outcome: 'done', pending: [] })
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

  const latest = async () => {
    const { client, name } = world
    const tenant = await client.tenant.show({ name })
    const [logged] = await client.activity.list({ tenant: name, limit: 1 })
    return { tenant, outcome: logged?.outcome, pending: tenant.pending }
  }
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

const listedOf = ({ allow }: { readonly allow: readonly { readonly cidr: string }[] }): string[] =>
  allow.map((entry) => entry.cidr)

it('both parts of a closing are one change, unless somebody else wrote the record between them', () => {
  const answerOf = (was: number, cidr: string) => ({
    ...{ was, revision: was + 1, open: true, absent: false, isOlder: false, problems: [] },
    ...{ allow: [], closed: [cidr], left: [], cut: [{ address: cidr, sockets: 1 }] },
  })
  const first = { kind: 'closed', closed: answerOf(5, '198.51.100.7/32') } as const
  expect(joinClosed(first, answerOf(6, nowhere))).toEqual({
    ...{ ...answerOf(6, nowhere), was: 5, closed: ['198.51.100.7/32', nowhere] },
    cut: [
      { address: '198.51.100.7/32', sockets: 1 },
      { address: nowhere, sockets: 1 },
    ],
  })
  expect(joinClosed(first, answerOf(9, nowhere)).was).toBe(9)
  expect(joinClosed({ kind: 'failed' }, answerOf(9, nowhere))).toEqual(answerOf(9, nowhere))
})

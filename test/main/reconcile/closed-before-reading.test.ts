import { beforeEach, describe, expect, it } from 'vitest'
import { fail } from '../../../src/domain/problem-error.ts'
import { until } from '../../hosts/condition.ts'
import {
  answerOtherwise,
  openTenantWorld,
  putByAnother,
  recordOf,
  type TenantWorld,
} from '../memory-world.ts'
import { problemOf } from '../panel.ts'

describe('what is pending, as people read it', () => {
  let world: TenantWorld

  beforeEach(async () => {
    world = await openTenantWorld({ tenants: 8, timeLimits: { lookMs: 1_000, callMs: 2_000 } })
    const { client, name, nyc1 } = world
    nyc1.mood = { kind: 'down' }
    expect(await problemOf(client.tenant.suspend({ name }))).toMatchObject({ code: 'NOT_IN_FORCE' })
  })

  const readings = {
    'a list of tenants': async () =>
      (await world.client.tenant.list({})).find(({ name }) => name === world.name)?.pending,
    'one tenant': async () => (await world.client.tenant.show({ name: world.name })).pending,
    'a list of hosts': async () => {
      const { client } = world
      await client.host.helpers()
      return (await client.host.list()).find((host) => host.name === 'nyc1')?.pending
    },
  }

  it.each(Object.entries(readings))(
    'is closed before %s is read, where the host answers',
    async (_, read) => {
      const { name, nyc1, takeNotices } = world
      expect(await read()).toHaveLength(1)
      nyc1.mood = { kind: 'well' }
      expect(await read()).toEqual([])
      expect(takeNotices()).toContainEqual(expect.stringContaining(`Finished: suspend ${name}`))
    },
  )

  it('is a line of the check of its host until it is closed', async () => {
    const { client, name, nyc1 } = world
    const readLines = async () =>
      (await client.host.check({ name: 'nyc1' })).lines.filter(({ subject }) => subject === 'Closings')
    nyc1.mood = { kind: 'well' }
    const answerAsUsual = answerOtherwise(nyc1, (request, usual) => {
      const details = { host: 'nyc1', op: request.op, reason: 'its disk is full' }
      return request.op === 'close' ? fail({ code: 'HELPER_FAILED', details }) : usual(request)
    })
    expect(await readLines()).toMatchObject([
      { verdict: 'bad', sentence: expect.stringMatching(`suspend of ${name} since .*its disk is full`) },
    ])
    answerAsUsual()
    expect(await readLines()).toEqual([])
  })

  it('is in the answer of another closing', async () => {
    const { client, name, nyc1 } = world
    const [entry] = recordOf(world).allow
    nyc1.mood = { kind: 'well' }
    answerOtherwise(nyc1, (request, usual) => {
      const details = { host: 'nyc1', op: request.op, reason: 'its disk is full' }
      const isWhole = request.op === 'close' && request.cidrs === null
      return isWhole ? fail({ code: 'HELPER_FAILED', details }) : usual(request)
    })
    const { tenant } = await client.tenant.revoke({ name, cidrs: [entry?.cidr ?? ''] })
    expect(tenant.pending).toMatchObject([{ kind: 'suspend' }])
  })

  it('is told to let in still where an entry that another panel wrote covers it', async () => {
    const other = await openTenantWorld({ tenants: 8, timeLimits: { lookMs: 1_000, callMs: 2_000 } })
    const { client, name, nyc1, takeNotices } = other
    putByAnother(other, { allow: [{ cidr: '198.51.100.7/32', label: '' }] })
    await client.tenant.list({})
    nyc1.mood = { kind: 'down' }
    const revoking = client.tenant.revoke({ name, cidrs: ['198.51.100.7/32'] })
    expect(await problemOf(revoking)).toMatchObject({ code: 'NOT_IN_FORCE' })
    putByAnother(other, { allow: [...recordOf(other).allow, { cidr: '198.51.100.0/24', label: '' }] })
    nyc1.mood = { kind: 'well' }
    await client.tenant.list({})
    expect(takeNotices()).toContainEqual(expect.stringContaining('198.51.100.0/24 on the allowlist'))
  })

  it('and what is closed in the filter only, is said of its tenant until the records have it', async () => {
    const { client, id, name, nyc1 } = world
    nyc1.mood = { kind: 'well' }
    await client.tenant.show({ name })
    // The second look has the records from before, because their history is the same.
    await client.tenant.show({ name })
    nyc1.helper.unrecorded[id] = ['203.0.113.7/32']
    const shown = await client.tenant.show({ name })
    expect(shown.faults).toContain('filter-only')
    expect(shown.why).toContain('203.0.113.7/32 is shut out by the filter only')
    const listed = (await client.tenant.list({})).filter(({ faults }) => faults.includes('filter-only'))
    expect(listed).toMatchObject([{ name }])
    const { lines } = await client.host.check({ name: 'nyc1' })
    expect(lines.filter(({ subject }) => subject === 'Closings')).toMatchObject([
      { verdict: 'bad', sentence: expect.stringContaining(`${name}: 203.0.113.7/32`) },
    ])
    delete nyc1.helper.unrecorded[id]
    expect((await client.tenant.show({ name })).faults).not.toContain('filter-only')
  })

  it.each(Object.entries(readings))(
    'is not waited for longer than a look before %s is read',
    async (_, read) => {
      const { nyc1 } = world
      nyc1.mood = { kind: 'slow', delayMs: 60_000 }
      const since = performance.now()
      expect(await read()).toHaveLength(1)
      expect(performance.now() - since).toBeLessThan(4_000)
      nyc1.mood = { kind: 'down' }
    },
  )
})

describe('a reading', () => {
  it('that a revoke overtakes has nobody who was shut out, also where another panel let somebody in', async () => {
    const world = await openTenantWorld({ tenants: 8, timeLimits: { heardMs: 200 } })
    const { client, name, nyc1 } = world
    const [entry] = recordOf(world).allow
    if (entry === undefined) throw new Error('nobody is let in')
    const news = { cidr: '198.51.100.77/32', label: 'by another panel' }
    putByAnother(world, { allow: [entry, news] })
    let goOn = (): void => {}
    const held = new Promise<void>((resolve) => {
      goOn = resolve
    })
    let looks = 0
    const { listContainers } = nyc1.docker.api
    const listLater = async (options?: { all?: boolean; filters?: string }) => {
      looks += 1
      await held
      return listContainers(options)
    }
    let reads = 0
    answerOtherwise(nyc1, (request, usual) => {
      if (request.op === 'records') reads += 1
      return usual(request)
    })
    Object.assign(nyc1.docker.api, { listContainers: listLater })
    const cidrsOf = (tenants: { readonly name: string; readonly allow: { readonly cidr: string }[] }[]) =>
      tenants.find((tenant) => tenant.name === name)?.allow.map(({ cidr }) => cidr)
    const listing = client.tenant.list({ host: 'nyc1' })
    await until('the records are read, and Docker is waited for', () => reads > 0 && looks > 0)
    await client.tenant.revoke({ name, cidrs: [entry.cidr] })
    goOn()
    expect(cidrsOf(await listing)).toEqual([news.cidr])
    expect(cidrsOf(await client.tenant.list({ host: 'nyc1' }))).toEqual([news.cidr])
  })

  it('of one tenant comes after every entry of the filter was read, of all after they were counted', async () => {
    const { client, name, nyc1 } = await openTenantWorld({ tenants: 8 })
    const looks: unknown[] = []
    answerOtherwise(nyc1, (request, usual) => {
      if (request.op === 'observe') looks.push('brief' in request && request.brief)
      return usual(request)
    })
    await client.tenant.list({ host: 'nyc1' })
    await client.tenant.show({ name })
    expect(looks).toEqual([true, false])
  })
})

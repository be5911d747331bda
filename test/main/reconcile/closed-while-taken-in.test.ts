import { expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import {
  answerOtherwise,
  openTenantWorld,
  putByAnother,
  recordOf,
  type TenantWorld,
} from '../memory-world.ts'

/** Another panel makes a tenant on that host: its name may be that of one on a host that does not answer now. */
const makeByAnother = (world: TenantWorld): void => {
  const { revision: _revision, port: _port, network: _network, ...like } = recordOf(world)
  const tenant = { ...like, id: 'brandnew0001', name: 'brand new', open: false, allow: [] }
  const { open: _open, allow: _allow, ...wanted } = tenant
  const { helper } = world.nyc1
  const reserve = {
    op: 'reserve',
    operationId: 'another-reserve',
    tenant: wanted,
    port: null,
    freeAfterDays: 30,
  }
  const place = helper.answer(reserve as never) as { port: number; network: number; revision: number }
  const record = { ...tenant, open: true, port: place.port, network: place.network }
  helper.answer({
    op: 'put',
    operationId: 'another-put',
    ifRevision: place.revision,
    tenant: record,
  } as never)
}

it.each(['revoke', 'suspend'] as const)(
  'a %s that begins while the records of before are taken in is not undone by them',
  async (verb) => {
    const world = await openTenantWorld({ tenants: 8, timeLimits: { lookMs: 3_000, callMs: 8_000 } })
    const { client, name, nyc1 } = world
    const [entry] = recordOf(world).allow
    if (entry === undefined) throw new Error('nobody is let in')
    putByAnother(world, { allow: [entry, { cidr: '198.51.100.77/32', label: 'by another panel' }] })
    makeByAnother(world)
    world.hostOf('fra1').mood = { kind: 'slow', delayMs: 60_000 }
    let goOn = (): void => {}
    const held = new Promise<void>((resolve) => {
      goOn = resolve
    })
    let closes = 0
    answerOtherwise(nyc1, (request, usual) => {
      if (request.op !== 'close') return usual(request)
      closes += 1
      return held.then(() => usual(request))
    })

    const listing = client.tenant.list({ host: 'nyc1' })
    await until('another host is asked for the name', () => world.hostOf('fra1').underWay > 0)
    const closing =
      verb === 'revoke'
        ? client.tenant.revoke({ name, cidrs: [entry.cidr] })
        : client.tenant.suspend({ name })
    await until('the host is asked to close', () => closes > 0)
    await listing
    goOn()
    await closing

    const isLetIn = ({ open, allow }: { open: boolean; allow: readonly { cidr: string }[] }): boolean =>
      open && allow.some(({ cidr }) => cidr === entry.cidr)
    const shown = (await client.tenant.list({ host: 'nyc1' })).find((each) => each.id === world.id)
    expect(shown === undefined || isLetIn({ ...shown, open: shown.state === 'running' })).toBe(false)
    world.hostOf('fra1').mood = { kind: 'well' }
    // Writes the whole record as the store has it.
    await client.tenant.annotate({ name, notes: 'later' })
    expect(isLetIn(recordOf(world))).toBe(false)
  },
)

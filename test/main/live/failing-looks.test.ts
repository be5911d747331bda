import { beforeEach, describe, expect, it } from 'vitest'
import type { PanelEvent } from '../../../src/contract/panel.ts'
import type { ServiceContext } from '../../../src/main/services/context.ts'
import { createLiveView } from '../../../src/main/services/live/live.ts'
import { until } from '../../hosts/condition.ts'
import { type MemoryWorld, openMemoryWorld } from '../memory-world.ts'
import { problemOf } from '../panel.ts'
import { openPage } from './page.ts'

const lookEveryMs = 50

describe('a live view in which something throws', () => {
  let world: MemoryWorld
  let services: ServiceContext

  beforeEach(async () => {
    world = await openMemoryWorld({ tenants: 20, timeLimits: { lookEveryMs } })
    services = world.panel.context.services
  })

  /** The events so far of a page that reads such a view. */
  const watch = (context: ServiceContext) => {
    const events: PanelEvent[] = []
    const view = createLiveView(context)
    const reading = (async () => {
      for await (const event of view.watch(undefined)) events.push(event)
    })()
    return {
      events,
      async close() {
        view.close()
        await reading
      },
    }
  }

  it('reads the store again until that works, and says once that the page is not current', async () => {
    let failures = 2
    const read: ServiceContext['store']['read'] = async (work) => {
      failures -= 1
      if (failures >= 0) throw new Error('the store failed for a moment')
      return services.store.read(work)
    }
    const page = watch({ ...services, store: { ...services.store, read } })
    await until('all is read', () => page.events.some(({ kind }) => kind === 'loaded'))
    expect(failures).toBeLessThan(0)
    const told = page.events.flatMap((event) => (event.kind === 'notice' ? [event.sentence] : []))
    expect(told).toEqual([expect.stringMatching(/^What is shown is not current, and is read again\. /)])
    await page.close()
  })

  it('looks again after a look that threw, and says meanwhile that nothing is known', async () => {
    let defects = 0
    const access: ServiceContext['hosts']['access'] = (host) => {
      if (host.name === 'fra1' && defects > 0) {
        defects -= 1
        throw new Error('a defect of a look')
      }
      return services.hosts.access(host)
    }
    const page = watch({ ...services, hosts: { ...services.hosts, access } })
    const said = () =>
      page.events.flatMap((event) =>
        event.kind === 'hosts' ? event.hosts.filter(({ name }) => name === 'fra1') : [],
      )
    const last = () => said().at(-1)
    await until('it is connected', () => last()?.connection === 'connected')
    const before = said().length
    defects = 1
    await until('the failure is told', () =>
      said()
        .slice(before)
        .some(({ problem }) => problem === 'INTERNAL'),
    )
    await until('it is looked at again', () => last()?.problem === '' && last()?.connection === 'connected')
    // Also where telling it fails.
    defects = 2
    await until('both have thrown', () => defects === 0)
    const seen = said().length
    defects = 1
    await until('the next failure is told', () =>
      said()
        .slice(seen)
        .some(({ problem }) => problem === 'INTERNAL'),
    )
    await page.close()
  })

  it('says of a host without usable records who gets in, for as long as that is so', async () => {
    // The filter is looked at as often: its looks and the others must not contradict each other.
    const timeLimits = { lookEveryMs, filterLookEveryMs: lookEveryMs }
    const { panel, hostOf } = await openMemoryWorld({ tenants: 20, timeLimits })
    const host = hostOf('fra1')
    const page = watch(panel.context.services)
    const said = () =>
      page.events.flatMap((event) =>
        event.kind === 'hosts' ? event.hosts.filter(({ name }) => name === 'fra1') : [],
      )
    await until('it is connected', () => said().at(-1)?.connection === 'connected')
    host.helper.troubles.damage = 'it is not JSON'
    await until('the damage is told', () => said().at(-1)?.filterFault?.kind === 'damaged')
    const [before, calls] = [said().length, host.calls]
    await until('it was looked at again and again', () => host.calls > calls + 30)
    const later = said().slice(before - 1)
    expect(later.map(({ filterFault }) => filterFault?.kind)).toEqual(later.map(() => 'damaged'))
    host.helper.troubles.damage = null
    await until(
      'it is well again',
      () => said().at(-1)?.filterFault === null && said().at(-1)?.problem === '',
    )
    await page.close()
  })

  it('does not tell at each look that access is taken away again, which its host cannot keep', async () => {
    const host = world.hostOf('fra1')
    const { client } = world
    const tenants = await client.tenant.list({ host: 'fra1' })
    const tenant = tenants.find(({ state, allow }) => state === 'running' && allow.length > 0)
    if (tenant === undefined) throw new Error('nobody is let in on fra1')
    const page = openPage(client)
    const told = () => page.operations
    await until('all is read', () => page.isLoaded())
    host.helper.troubles.diskIsFull = true
    const cidrs = tenant.allow.map(({ cidr }) => cidr)
    expect(await problemOf(client.tenant.revoke({ name: tenant.name, cidrs }))).toMatchObject({
      code: 'NOT_KEPT',
    })
    await until('its failure is told', () => told().some(({ outcome }) => outcome === 'failed'))
    const before = told().length
    const calls = host.calls
    await until('it was tried again and again', () => host.calls > calls + 20)
    expect(
      told()
        .slice(before)
        .filter(({ outcome }) => outcome === 'running'),
    ).toEqual([])
    host.helper.troubles.diskIsFull = false
    await until('it is kept', () => told().at(-1)?.outcome === 'done')
    await page.close()
  })
})

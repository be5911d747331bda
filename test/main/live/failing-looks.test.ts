import { beforeEach, describe, expect, it } from 'vitest'
import type { PanelEvent } from '../../../src/contract/panel.ts'
import type { ServiceContext } from '../../../src/main/services/context.ts'
import { createLiveView } from '../../../src/main/services/live/live.ts'
import { until } from '../../hosts/condition.ts'
import { openMemoryWorld } from '../memory-world.ts'

const lookEveryMs = 50

describe('a live view in which something throws', () => {
  let services: ServiceContext

  beforeEach(async () => {
    const { panel } = await openMemoryWorld({ tenants: 20, timeLimits: { lookEveryMs } })
    services = panel.context.services
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
})

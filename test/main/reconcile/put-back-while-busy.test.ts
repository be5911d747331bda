import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Client } from '../../hosts/client.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { createTenant, problemOf, readWork } from '../panel.ts'
import { type PanelHost, withOther } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { keepState, putStateBack } from './kept-state.ts'

const name = 'acme'

describeOnHosts('a host is put back while one of its tenants is worked on', () => {
  let world: PanelHost
  let client: Client
  let port: number
  /** Called when a container is about to be given another limit. */
  let beforeLimit: (() => Promise<unknown>) | undefined

  beforeAll(async () => {
    const atPoint = async (point: string): Promise<void> => {
      if (point === 'before limit-container') await beforeLimit?.()
    }
    world = await startPreparedPanelHost({ atPoint, timeLimits: { historyEveryMs: 0 } })
    client = await world.addClient()
    port = (await createTenant(world.panel, { name, memoryMb: 32, allow: [{ cidr: client.address4 }] })).port
    await createTenant(world.panel, { name: 'other', memoryMb: 16 })
  })
  afterAll(() => world?.stop())

  const talk = () => memcacheTalk(client, world.host.address4, port)
  const marked = async () => (await world.panel.client.host.list())[0]?.putBack
  const list = () => world.panel.client.tenant.list({})

  it('what was closed of that one is closed again after it, whatever others changed meanwhile', async () => {
    await keepState(world.host)
    await world.panel.client.tenant.revoke({ name, cidrs: [client.address4] })
    await list()
    await world.panel.context.services.background.idle(5_000)
    beforeLimit = async () => {
      beforeLimit = undefined
      await putStateBack(world.host)
      // So many that its record is newer than the one that this panel knows.
      await withOther(world.host, async (other) => {
        for (const cidr of ['203.0.113.97', '203.0.113.98', '203.0.113.99']) {
          await other.client.tenant.allow({ name, entries: [{ cidr }] })
        }
      })
      expect(await talk()).toMatchObject({ kind: 'answer' })
      await list()
      await list()
    }
    const resizing = world.panel.client.tenant.resize({ name, memoryMb: 64, confirmed: true })
    expect(await problemOf(readWork(resizing))).toMatchObject({ code: 'HOST_PUT_BACK' })
    expect(await talk()).toEqual({ kind: 'timeout' })
    expect(await marked()).toMatchObject({ tenants: [name] })
    expect((await list()).find((tenant) => tenant.name === name)).toMatchObject({ memoryMb: 32, allow: [] })
  })
})

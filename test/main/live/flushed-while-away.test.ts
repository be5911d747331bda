import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Client } from '../../hosts/client.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { createTenant, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'

describeOnHosts('a cache that somebody empties while no panel is open', () => {
  let world: PanelHost
  let client: Client
  let id: string
  let port: number

  beforeAll(async () => {
    world = await startPreparedPanelHost()
    client = await world.addClient()
    const allow = [{ cidr: client.address4 }]
    ;({ id, port } = await createTenant(world.panel, { name: 'acme', memoryMb: 16, allow }))
  })
  afterAll(() => world?.stop())

  const flushByClient = () => memcacheTalk(client, world.host.address4, port, 'flush_all\r\n')
  const actors = async () => {
    await world.panel.client.tenant.figures({ ids: [id] })
    const log = await world.panel.client.activity.list({ tenantId: id })
    return log.filter(({ kind }) => kind === 'tenant flush').map(({ actor }) => actor)
  }
  const somebody = 'another panel or a client'

  it('is told by the next one, once', async () => {
    await world.reopen(flushByClient)
    expect(await actors()).toEqual([somebody])
    await world.reopen()
    expect(await actors()).toEqual([somebody])
  })

  it('is no news where it was this panel, also in its next start', async () => {
    await world.panel.client.tenant.flush({ name: 'acme', confirmed: true })
    const [own] = await actors()
    expect(own).not.toBe(somebody)
    await world.reopen()
    expect(await actors()).toEqual([own, somebody])
  })

  it('often is told once in ten minutes, also of a memcached that was started anew', async () => {
    await readWork(world.panel.client.tenant.restart({ name: 'acme', confirmed: true }))
    const before = await actors()
    await world.reopen(flushByClient)
    expect((await actors()).length).toBe(before.length)
  })

  it('of which nothing was known then, is not told; one after the first look is', async () => {
    await world.renew(flushByClient)
    expect(await actors()).toEqual([])
    await world.reopen()
    expect(await actors()).toEqual([])
    await world.reopen(flushByClient)
    expect(await actors()).toEqual([somebody])
  })
})

import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Client } from '../../hosts/client.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { runScript } from '../../hosts/run-script.ts'
import { awaitNoHelper } from '../../resources/host/helper-host.ts'
import { createTenant, prepareSandbox, problemOf, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { keepState, putStateBack } from './kept-state.ts'

const name = 'acme'
const state = '/var/lib/memharbor'

describeOnHosts('a server with the registry of before is accepted', () => {
  let world: PanelHost
  let client: Client
  let port: number

  beforeAll(async () => {
    world = await startPreparedPanelHost()
    client = await world.addClient()
    port = (await createTenant(world.panel, { name, memoryMb: 16, allow: [{ cidr: client.address4 }] })).port
  })
  afterAll(() => world?.stop())

  const talk = () => memcacheTalk(client, world.host.address4, port)
  const annotate = (notes: string) => world.panel.client.tenant.annotate({ name, notes })
  const accept = async () => {
    const { replaced } = await world.panel.client.host.trust({ name: 'web1' })
    return world.panel.client.host.trust({ name: 'web1', registryId: replaced?.registryId ?? '' })
  }
  const recover = async (as: 'panel' | 'host'): Promise<void> => {
    const { fingerprint } = await world.panel.client.host.planRecover({ name: 'web1', as })
    const input = { name: 'web1', as, fingerprint, confirmed: true }
    await readWork(world.panel.client.host.recover(input))
  }

  it('and what was closed here is closed again, the rest is asked', async () => {
    // Its revisions are higher than those of the registry that is begun after it.
    for (const notes of ['1', '2', '3', '4', '5', '6']) await annotate(notes)
    await world.reopen(async () => {
      await awaitNoHelper(world.host)
      await keepState(world.host)
      await runScript(world.host, `printf '{' >${state}/state.json; : >${state}/journal`)
    })
    await prepareSandbox(world.panel, world.host)
    await accept()
    await recover('panel')
    await world.panel.client.tenant.revoke({ name, cidrs: [client.address4] })
    await annotate('later')
    await world.reopen(async () => {
      await awaitNoHelper(world.host)
      await putStateBack(world.host)
    })
    expect(await talk()).toMatchObject({ kind: 'answer' })

    const { host } = await accept()
    expect(host).toMatchObject({ server: null, putBack: { tenants: [name] } })
    expect(await talk()).toEqual({ kind: 'timeout' })
    expect((await world.panel.client.program.takeNotices()).join()).toContain(
      `web1 is another server than before, which was accepted. Closed again: ${name} (${client.address4}/32). It has otherwise, or not at all: ${name}.`,
    )
    const closings = (await world.panel.client.activity.list({})).filter(
      ({ kind }) => kind === 'host put-back',
    )
    expect(JSON.stringify(closings)).toContain('because web1 is another server than before')
    const [shown] = await world.panel.client.tenant.list({})
    expect(shown).toMatchObject({ notes: 'later', allow: [] })
    expect(await problemOf(annotate('again'))).toMatchObject({ code: 'HOST_PUT_BACK' })
  })

  it('and nothing is left to be asked once it is settled', async () => {
    await recover('host')
    expect((await world.panel.client.host.list())[0]?.putBack).toBeNull()
    const [shown] = await world.panel.client.tenant.list({})
    expect(shown).toMatchObject({ notes: '6', allow: [] })
    await annotate('goes on')
    expect(await talk()).toEqual({ kind: 'timeout' })
  })
})

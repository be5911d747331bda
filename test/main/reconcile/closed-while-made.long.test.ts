import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Client } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { openVictims, type Victims } from '../journey/crash/victim.ts'
import { createTenant, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { buildSharedProgram } from '../program.ts'

const answer = { kind: 'answer' }
const closed = { kind: 'timeout' }

describeOnHosts('a tenant is closed whose program was killed while it put it back', () => {
  let victims: Victims
  let world: PanelHost
  let client: Client
  let port: number
  let made = 0

  beforeAll(async () => {
    const entry = new URL('../journey/crash/program.ts', import.meta.url).pathname
    victims = openVictims(await buildSharedProgram(entry))
    world = await startPreparedPanelHost({ timeLimits: { callMs: 4_000, lookEveryMs: 500 } })
    client = await world.addClient()
  })
  afterAll(async () => {
    await world?.stop()
    await victims?.close()
  })

  const which = () => ({ name: `acme${made}` })
  const talk = () => memcacheTalk(client, world.host.address4, port)
  const show = () => world.panel.client.tenant.show(which())

  beforeEach(async () => {
    made += 1
    const input = { ...which(), memoryMb: 16, allow: [{ cidr: client.address4 }] }
    port = (await createTenant(world.panel, input)).port
    await readWork(world.panel.client.tenant.delete({ ...which(), confirmed: true }))
    await world.reopen(async () => {
      const { dataDir } = world.panel
      const call = { verb: 'restore', input: which() } as const
      await victims.run({ dataDir, call, stopAt: 'before await-answer' })
      await until('it answers', async () => (await talk()).kind === 'answer', 30_000)
      await world.host.pauseDocker()
    })
    expect(await talk()).toMatchObject(answer)
  })
  afterEach(() => world.host.resumeDocker())

  it.each([
    ['revoked', () => world.panel.client.tenant.revoke({ ...which(), cidrs: [client.address4] })],
    ['suspended', () => world.panel.client.tenant.suspend(which())],
  ])('with Docker frozen, and stays so when recovery has finished it: %s', async (_, close) => {
    await close()
    expect(await talk()).toEqual(closed)
    await world.host.resumeDocker()
    await until('it is recovered', async () => (await show()).state !== 'creating', 60_000)
    expect(await talk()).toEqual(closed)
    await world.panel.client.tenant.annotate({ ...which(), notes: 'later' })
    expect(await talk()).toEqual(closed)
  })
})

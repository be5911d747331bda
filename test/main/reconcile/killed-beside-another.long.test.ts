import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ComposeOptions } from '../../../src/main/compose.ts'
import type { Client } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import type { Call } from '../journey/crash/job.ts'
import { openVictims, type Victims } from '../journey/crash/victim.ts'
import { createTenant, type Panel } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { buildSharedProgram } from '../program.ts'

const closed = { kind: 'timeout' }
const timeLimits = { lookEveryMs: 300 }
const confirmed = true
const entries = [{ cidr: '203.0.113.9' }]

/** A change, where its program is killed, and what the other laptop takes away before it is recovered. */
type Killed = readonly [
  name: string,
  call: (name: string) => Call,
  stopAt: string,
  closing: 'revoke' | 'suspend',
]
const allow = (name: string): Call => ({ verb: 'allow', input: { name, entries } })
const resume = (name: string): Call => ({ verb: 'resume', input: { name } })
const resize = (name: string): Call => ({ verb: 'resize', input: { name, memoryMb: 32, confirmed } })
const killed: readonly Killed[] = [
  ['allow1', allow, 'before write-record', 'revoke'],
  ['allow2', allow, 'after write-record', 'suspend'],
  ['resize1', resize, 'before write-record', 'suspend'],
  ['resize2', resize, 'before limit-container', 'revoke'],
  ['resume1', resume, 'before write-record', 'suspend'],
]

describeOnHosts('what another laptop took away stays so, whatever a killed program left', () => {
  let victims: Victims
  let world: PanelHost
  let client: Client
  /** Another laptop, with a store of its own. */
  let other: Panel
  const ports = new Map<string, number>()

  beforeAll(async () => {
    const entry = new URL('../journey/crash/program.ts', import.meta.url).pathname
    victims = openVictims(await buildSharedProgram(entry))
    world = await startPreparedPanelHost()
    client = await world.addClient()
    for (const name of [...killed.map(([each]) => each), 'held']) {
      const input = { name, memoryMb: 16, allow: [{ cidr: client.address4 }] }
      ports.set(name, (await createTenant(world.panel, input)).port)
    }
    await world.panel.client.tenant.suspend({ name: 'resume1' })
    other = await world.addPanel()
  })
  afterAll(async () => {
    await world?.stop()
    await victims?.close()
  })

  const talk = (name: string) => memcacheTalk(client, world.host.address4, ports.get(name) ?? 0)
  /** Another program is killed at a point of the change, between the first panel and the next. */
  const kill = (
    call: Call,
    stopAt: string,
    options: ComposeOptions = {},
    meanwhile: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<void> =>
    world.reopen(
      async () => {
        const { dataDir } = world.panel
        expect(await victims.run({ dataDir, call, stopAt })).toMatchObject({ acknowledged: false })
        await meanwhile()
      },
      { timeLimits, ...options },
    )
  const takeAway = (name: string, closing: 'revoke' | 'suspend') =>
    closing === 'suspend'
      ? other.client.tenant.suspend({ name })
      : other.client.tenant.revoke({ name, cidrs: [client.address4] })
  /** Over a connection of its own, which the first look makes. */
  const recover = async (name: string): Promise<void> => {
    await world.panel.client.tenant.list({})
    await until('it is recovered', async () => {
      const operations = await world.panel.client.activity.list({ tenant: name })
      return operations.every(({ why, outcome }) => outcome !== 'running' && !why.includes('It is finished'))
    })
  }

  it.each(killed)('%s', async (name, call, stopAt, closing) => {
    await kill(call(name), stopAt, {}, () => takeAway(name, closing))
    await recover(name)
    expect(await talk(name)).toEqual(closed)
    const tenant = await world.panel.client.tenant.show({ name })
    if (closing === 'suspend') expect(tenant.state).toBe('suspended')
    else expect(tenant.allow.map(({ cidr }) => cidr)).not.toContain(`${client.address4}/32`)
    // The next change rests on what the host has.
    await world.panel.client.tenant.annotate({ name, notes: 'later' })
    expect(await talk(name)).toEqual(closed)
  })

  it('taken away between the look of a recovery and what it writes', async () => {
    let reached = false
    let open = (): void => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const atPoint = async (point: string): Promise<void> => {
      if (point !== 'before write-record') return
      reached = true
      await gate
    }
    await kill(allow('held'), 'before write-record', { atPoint })
    await world.panel.client.tenant.list({})
    await until('recovery is about to write', () => reached)
    expect(await talk('held')).toMatchObject({ kind: 'answer' })
    await takeAway('held', 'revoke')
    open()
    await recover('held')
    expect(await talk('held')).toEqual(closed)
    expect((await world.panel.client.tenant.show({ name: 'held' })).allow).toEqual([])
  })
})

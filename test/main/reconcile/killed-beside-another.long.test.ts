import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { skipReason } from '../../hosts/platform.ts'
import type { Call } from '../journey/crash/job.ts'
import { openVictims, type Victims } from '../journey/crash/victim.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'
import { buildSharedProgram } from '../program.ts'

const reason = skipReason()
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

describe.skipIf(reason !== null)(
  `what another laptop took away stays so, whatever a killed program left${reason === null ? '' : ` (${reason})`}`,
  () => {
    let victims: Victims
    let host: HostNamespace
    let client: Client
    let panel: Panel
    /** Another laptop, with a store of its own. */
    let other: Panel
    const ports = new Map<string, number>()

    beforeAll(async () => {
      const entry = new URL('../journey/crash/program.ts', import.meta.url).pathname
      victims = openVictims(await buildSharedProgram(entry))
      host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
      client = await startClient(host, { index: 0 })
      panel = await openPanel()
      await addSandbox(panel, host)
      await prepareSandbox(panel, host)
      for (const name of [...killed.map(([each]) => each), 'held']) {
        const input = { name, memoryMb: 16, allow: [{ cidr: client.address4 }] }
        ports.set(name, (await createTenant(panel, input)).port)
      }
      await panel.client.tenant.suspend({ name: 'resume1' })
      other = await openPanel()
      await addSandbox(other, host)
    })
    afterAll(async () => {
      await other?.stop()
      await panel?.stop()
      await client?.stop()
      await host?.stop()
      await victims?.close()
    })

    const talk = (name: string) => memcacheTalk(client, host.address4, ports.get(name) ?? 0)
    const kill = async (call: Call, stopAt: string): Promise<void> => {
      await panel.close()
      expect(await victims.run({ dataDir: panel.dataDir, call, stopAt })).toMatchObject({
        acknowledged: false,
      })
    }
    const takeAway = (name: string, closing: 'revoke' | 'suspend') =>
      closing === 'suspend'
        ? other.client.tenant.suspend({ name })
        : other.client.tenant.revoke({ name, cidrs: [client.address4] })
    /** Over a connection of its own, which the first look makes. */
    const recover = async (name: string): Promise<void> => {
      await panel.client.tenant.list({})
      await until('it is recovered', async () => {
        const operations = await panel.client.activity.list({ tenant: name })
        return operations.every(
          ({ why, outcome }) => outcome !== 'running' && !why.includes('It is finished'),
        )
      })
    }

    it.each(killed)('%s', async (name, call, stopAt, closing) => {
      await kill(call(name), stopAt)
      await takeAway(name, closing)
      panel = await openPanel(panel.dataDir, { timeLimits })
      await recover(name)
      expect(await talk(name)).toEqual(closed)
      const tenant = await panel.client.tenant.show({ name })
      if (closing === 'suspend') expect(tenant.state).toBe('suspended')
      else expect(tenant.allow.map(({ cidr }) => cidr)).not.toContain(`${client.address4}/32`)
      // The next change rests on what the host has.
      await panel.client.tenant.annotate({ name, notes: 'later' })
      expect(await talk(name)).toEqual(closed)
    })

    it('taken away between the look of a recovery and what it writes', async () => {
      await kill(allow('held'), 'before write-record')
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
      panel = await openPanel(panel.dataDir, { timeLimits, atPoint })
      await panel.client.tenant.list({})
      await until('recovery is about to write', () => reached)
      expect(await talk('held')).toMatchObject({ kind: 'answer' })
      await takeAway('held', 'revoke')
      open()
      await recover('held')
      expect(await talk('held')).toEqual(closed)
      expect((await panel.client.tenant.show({ name: 'held' })).allow).toEqual([])
    })
  },
)

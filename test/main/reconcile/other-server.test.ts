import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { skipReason } from '../../hosts/platform.ts'
import {
  addSandbox,
  createTenant,
  openPanel,
  type Panel,
  prepareSandbox,
  problemOf,
  readWork,
} from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'

const reason = skipReason()
const timeLimits = { callMs: 4_000, connectMs: 2_000, lookMs: 2_000, heardMs: 500, lookEveryMs: 500 }

describe.skipIf(reason !== null)(
  `a host gets the address of another server${reason === null ? '' : ` (${reason})`}`,
  () => {
    let first: HostNamespace
    let second: HostNamespace
    let client: Client
    let panel: Panel

    beforeAll(async () => {
      first = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
      second = await startPreparedHost({ name: 'web2', sudo: 'nopasswd' })
      // Both come from one disk; a server that is prepared by itself has a registry of its own.
      await second.exec(['sh', '-c', 'rm -rf /var/lib/memharbor/*'])
      client = await startClient(first, { index: 0 })
      panel = await openPanel(undefined, { timeLimits })
      await addSandbox(panel, second)
      await prepareSandbox(panel, second)
      await panel.client.host.remove({ name: 'web2', forget: false })
      await addSandbox(panel, first)
      await prepareSandbox(panel, first)
    })
    afterAll(async () => {
      await panel?.stop()
      await client?.stop()
      await first?.stop()
      await second?.stop()
    })

    const moveTo = async (host: HostNamespace): Promise<void> => {
      const target = { kind: 'ssh', address: host.address4, user: host.user, identityFile: host.identityFile }
      await panel.client.host.edit({ name: 'web1', target: { ...target, kind: 'ssh' } })
      await panel.client.host.trust({ name: 'web1', hostKeys: [host.hostKeyFingerprint] })
    }
    const find = async (name: string) =>
      (await panel.client.tenant.list({})).find((tenant) => tenant.name === name)

    it.each(['revoke', 'delete'] as const)('what is to be closed on the first stays so: %s', async (verb) => {
      const { port } = await createTenant(panel, { name: verb, allow: [{ cidr: client.address4 }] })
      const talk = () => memcacheTalk(client, first.address4, port)
      await first.dropLink()
      const work =
        verb === 'revoke'
          ? panel.client.tenant.revoke({ name: verb, cidrs: [client.address4] })
          : readWork(panel.client.tenant.delete({ name: verb, confirmed: true }))
      expect(await problemOf(work)).toMatchObject({ code: 'NOT_IN_FORCE' })
      await moveTo(second)
      // Every reason to try it again, and to take the new server for what the host is now.
      await panel.client.host.check({ name: 'web1' })
      await panel.close()
      panel = await openPanel(panel.dataDir, { timeLimits })
      await until('it was tried there', async () =>
        (await panel.client.activity.list({})).some(
          ({ tenant, why }) => tenant === verb && why.includes('is another server than'),
        ),
      )
      expect((await find(verb))?.pending).toMatchObject([{ kind: verb }])

      await first.restoreLink()
      expect(await talk()).toMatchObject({ kind: 'answer' })
      await moveTo(first)
      await until('it is closed', async () => (await talk()).kind === 'timeout', 30_000)
      await until('nothing is pending', async () => ((await find(verb))?.pending ?? []).length === 0, 30_000)
    })
  },
)

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { runScript } from '../../hosts/run-script.ts'
import { awaitNoHelper } from '../../resources/host/helper-host.ts'
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

const timeLimits = { callMs: 4_000, connectMs: 2_000, lookMs: 2_000, heardMs: 500, lookEveryMs: 500 }

/** Two prepared servers. */
export interface TwoServers {
  readonly first: HostNamespace
  readonly second: HostNamespace
}

/** Registers the hooks that start web1 and web2 for the tests of a suite. */
export const useTwoServers = (): TwoServers => {
  let first: HostNamespace
  let second: HostNamespace
  beforeAll(async () => {
    first = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
    second = await startPreparedHost({ name: 'web2', sudo: 'nopasswd' })
  })
  afterAll(async () => {
    await second?.stop()
    await first?.stop()
  })
  return {
    get first() {
      return first
    },
    get second() {
      return second
    },
  }
}

/** Tests of a host whose name leads to another server while something is to be closed on the one before. */
export const describeMovedAddress = (servers: TwoServers, verbs: readonly ('revoke' | 'delete')[]): void => {
  describe('one gets the address of the other', () => {
    let panel: Panel
    let first: HostNamespace
    let second: HostNamespace
    let client: Client

    beforeAll(async () => {
      ;({ first, second } = servers)
      client = await startClient(first, { index: 0 })
      // A server that is prepared by itself has a registry of its own.
      await awaitNoHelper(second)
      await runScript(second, 'rm -rf /var/lib/memharbor/*')
      panel = await openPanel(undefined, { timeLimits })
      await addSandbox(panel, second)
      await prepareSandbox(panel, second)
      await panel.client.host.remove({ name: 'web2', forget: false })
      await addSandbox(panel, first)
    })
    afterAll(async () => {
      await panel?.stop()
      await client?.stop()
    })

    const moveTo = async (host: HostNamespace): Promise<void> => {
      const target = { kind: 'ssh', address: host.address4, user: host.user, identityFile: host.identityFile }
      await panel.client.host.edit({ name: 'web1', target: { ...target, kind: 'ssh' } })
      await panel.client.host.trust({ name: 'web1', hostKeys: [host.hostKeyFingerprint] })
    }
    const find = async (name: string) =>
      (await panel.client.tenant.list({})).find((tenant) => tenant.name === name)

    it.each(verbs)('what is to be closed on the first stays so: %s', async (verb) => {
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
  })
}

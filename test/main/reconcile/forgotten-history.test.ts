import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listHosts } from '../../../src/main/adapters/store/hosts.ts'
import { type Client, startClient } from '../../hosts/client.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { skipReason } from '../../hosts/platform.ts'
import { askOne } from '../../resources/host/helper-host.ts'
import { nextOperation } from '../../resources/host/requests.ts'
import { forgetPast } from '../hosts/registry/forget-past.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'

const reason = skipReason()
/** Questions beside a change are asked at once. */
const timeLimits = { historyEveryMs: 0 }
const answer = { kind: 'answer' }
const closed = { kind: 'timeout' }
const [state, kept] = ['/var/lib/memharbor', '/root/kept']

describe.skipIf(reason !== null)(
  `a host was changed more often since than its helper remembers${reason === null ? '' : ` (${reason})`}`,
  () => {
    let host: HostNamespace
    let client: Client
    let panel: Panel
    let port: number

    beforeAll(async () => {
      host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
      client = await startClient(host, { index: 0 })
      panel = await openPanel(undefined, { timeLimits })
      await addSandbox(panel, host)
      await prepareSandbox(panel, host)
      port = (await createTenant(panel, { name: 'acme', memoryMb: 16, allow: entries() })).port
      await createTenant(panel, { name: 'other', memoryMb: 16 })
      await look()
    })
    afterAll(async () => {
      await panel?.stop()
      await client?.stop()
      await host?.stop()
    })

    const entries = () => [{ cidr: `${client.address4}/32`, label: '' }]
    const talk = () => memcacheTalk(client, host.address4, port)
    const look = () => panel.client.tenant.list({})
    const revoke = () => panel.client.tenant.revoke({ name: 'acme', cidrs: [client.address4] })
    /** Where this panel has last agreed with the host, and where the host is. */
    const agreed = async () => {
      const [row] = await panel.context.services.store.read(listHosts)
      return { revision: row?.revision, history: row?.history, putBack: row?.putBack }
    }
    const there = async () => {
      const { revision, history } = await askOne(host, { v: 1, op: 'hello' })
      return { revision, history, putBack: null }
    }
    /** As another panel would, by the helper itself. */
    const change = async (name: string, values: object): Promise<void> => {
      const { tenants } = await askOne(host, { v: 1, op: 'records' })
      const records = Object.values(tenants as Record<string, { name: string; revision: number }>)
      const { revision: ifRevision, ...tenant } = records.find((each) => each.name === name) ?? {}
      const changed = { v: 1, op: 'put', operationId: nextOperation(), ifRevision, tenant }
      expect(await askOne(host, { ...changed, tenant: { ...tenant, ...values } })).toMatchObject({ ok: true })
    }
    const root = async (script: string): Promise<void> => {
      const { status, stderr } = await host.exec(['sh', '-ec', script])
      expect({ status, stderr }).toMatchObject({ status: 0 })
    }

    it('what another panel let in again since stays, and from now on this counts as known', async () => {
      await revoke()
      await look()
      expect(await agreed()).toEqual(await there())
      await change('acme', { allow: entries() })
      await forgetPast(host)
      expect(await talk()).toMatchObject(answer)
      await look()
      expect(await talk()).toMatchObject(answer)
      expect(await agreed()).toEqual(await there())
      expect(await panel.client.program.takeNotices()).toEqual(['Another panel changed acme on web1.'])
    })

    it('it was put back before that: a record that is older is closed again', async () => {
      // A fresh program takes in first what the host has.
      await panel.close()
      panel = await openPanel(panel.dataDir, { timeLimits })
      await panel.client.tenant.annotate({ name: 'other', notes: 'mine' })
      await root(`rm -rf ${kept}; mkdir ${kept}; cp -a ${state}/. ${kept}`)
      await revoke()
      await look()
      await panel.context.services.background.idle(5_000)
      await root(`rm -rf ${state}/*; cp -a ${kept}/. ${state}; /usr/local/sbin/memharbor-host </dev/null`)
      // In the end it says what the panel has: nothing is left to be asked.
      for (const notes of ['one', 'two', 'three', 'mine']) await change('other', { notes })
      await forgetPast(host)
      expect(await talk()).toMatchObject(answer)
      await look()
      expect(await talk()).toEqual(closed)
      await look()
      expect(await agreed()).toEqual(await there())
    })

    it('the history alone confirms nothing: the records have not been seen', async () => {
      await look()
      const before = await agreed()
      await change('other', { notes: 'newer' })
      await forgetPast(host)
      // A closing asks beside it where the history is.
      await panel.client.tenant.suspend({ name: 'acme' })
      await panel.context.services.background.idle(5_000)
      expect(await agreed()).toEqual(before)
      await look()
      expect(await agreed()).toEqual(await there())
    })
  },
)

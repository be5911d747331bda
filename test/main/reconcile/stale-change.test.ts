import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../../hosts/client.ts'
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
const closed = { kind: 'timeout' }

describe.skipIf(reason !== null)(
  `a change by a panel that has not looked since another one's${reason ? ` (${reason})` : ''}`,
  () => {
    let host: HostNamespace
    let client: Client
    let panel: Panel
    let other: Panel
    let port: number
    let made = 0
    const nameNow = (): string => `acme${made}`
    const which = () => ({ name: nameNow() })
    const talk = () => memcacheTalk(client, host.address4, port)

    beforeAll(async () => {
      host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
      client = await startClient(host, { index: 0 })
      panel = await openPanel()
      // No look of its own in all of this.
      other = await openPanel()
      for (const each of [panel, other]) {
        await addSandbox(each, host)
        await prepareSandbox(each, host)
      }
    })
    afterAll(async () => {
      await panel?.stop()
      await other?.stop()
      await client?.stop()
      await host?.stop()
    })
    beforeEach(async () => {
      made += 1
      port = (await createTenant(panel, { ...which(), allow: [{ cidr: client.address4 }] })).port
      // Preparing takes in what is there; the note is the last that it hears of the host.
      await prepareSandbox(other, host)
      await other.client.tenant.annotate({ ...which(), notes: 'known' })
    })

    it.each([
      ['a restart', () => readWork(other.client.tenant.restart({ ...which(), confirmed: true }))],
      ['a resize', () => readWork(other.client.tenant.resize({ ...which(), memoryMb: 96, confirmed: true }))],
      ['a note', () => other.client.tenant.annotate({ ...which(), notes: 'paid' })],
    ])('%s lets nobody in whom the other panel shut out', async (_, change) => {
      await panel.client.tenant.revoke({ ...which(), cidrs: [client.address4] })
      expect(await talk()).toEqual(closed)
      await change().catch(() => {})
      expect(await talk()).toEqual(closed)
      expect((await other.client.tenant.show(which())).allow).toEqual([])
    })

    it('a restart does not open a tenant that the other panel suspended', async () => {
      await panel.client.tenant.suspend(which())
      await readWork(other.client.tenant.restart({ ...which(), confirmed: true })).catch(() => {})
      expect(await talk()).toEqual(closed)
    })

    it('a restart does not make a tenant again that the other panel deleted', async () => {
      await readWork(panel.client.tenant.delete({ ...which(), confirmed: true }))
      const restarting = readWork(other.client.tenant.restart({ ...which(), confirmed: true }))
      expect(await problemOf(restarting)).toMatchObject({ code: 'NOT_FOUND' })
      expect(await talk()).not.toMatchObject({ kind: 'answer' })
    })

    it('an entry that was there here is written again where the other panel took it away', async () => {
      await panel.client.tenant.revoke({ ...which(), cidrs: [client.address4] })
      await other.client.tenant.allow({ ...which(), entries: [{ cidr: client.address4 }] }).catch(() => {})
      await other.client.tenant.allow({ ...which(), entries: [{ cidr: client.address4 }] })
      expect(await talk()).toMatchObject({ kind: 'answer' })
    })
  },
)

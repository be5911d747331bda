import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../../hosts/client.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { skipReason } from '../../hosts/platform.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox, problemOf } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'

const reason = skipReason()
const closed = { kind: 'timeout' }
const [state, kept] = ['/var/lib/memharbor', '/root/kept']

describe.skipIf(reason !== null)(
  `a host that was put back is at the same revision again, by another laptop's revoke${reason === null ? '' : ` (${reason})`}`,
  () => {
    let host: HostNamespace
    let client: Client
    let panel: Panel
    /** Another laptop, with a store of its own. */
    let other: Panel
    let made = 0
    let port: number

    beforeAll(async () => {
      host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
      client = await startClient(host, { index: 0 })
      panel = await openPanel()
      await addSandbox(panel, host)
      await prepareSandbox(panel, host)
    })
    afterAll(async () => {
      await panel?.stop()
      await client?.stop()
      await host?.stop()
    })
    beforeEach(async () => {
      made += 1
      const allow = [{ cidr: client.address4 }]
      port = (await createTenant(panel, { name: nameNow(), memoryMb: 16, allow })).port
      await panel.close()
      panel = await openPanel(panel.dataDir)
    })

    const nameNow = (): string => `acme${made}`
    const talk = () => memcacheTalk(client, host.address4, port)
    const root = async (script: string): Promise<void> => {
      const { status, stderr } = await host.exec(['sh', '-ec', script])
      expect({ status, stderr }).toMatchObject({ status: 0 })
    }
    const annotate = (notes: string) => panel.client.tenant.annotate({ name: nameNow(), notes })
    const keep = () => root(`rm -rf ${kept}; mkdir ${kept}; cp -a ${state}/. ${kept}`)
    const revokeAfterPutBack = async (): Promise<void> => {
      await root(`rm -rf ${state}/*; cp -a ${kept}/. ${state}; /usr/local/sbin/memharbor-host </dev/null`)
      other = await openPanel()
      try {
        await addSandbox(other, host)
        await other.client.tenant.revoke({ name: nameNow(), cidrs: [client.address4] })
      } finally {
        await other.stop()
      }
      expect(await talk()).toEqual(closed)
    }
    const expectClosed = async (): Promise<void> => {
      expect(await problemOf(annotate('later'))).toMatchObject({ code: 'HOST_PUT_BACK' })
      expect(await talk()).toEqual(closed)
    }

    it('a fresh program asks before it changes anything', async () => {
      await keep()
      await annotate('newer')
      await panel.close()
      await revokeAfterPutBack()
      panel = await openPanel(panel.dataDir)
      await expectClosed()
    })

    it('an open panel without a page does so over a new connection', async () => {
      await keep()
      await annotate('newer')
      await panel.context.services.background.idle(5_000)
      await host.cutSsh()
      await revokeAfterPutBack()
      await expectClosed()
    })
  },
)

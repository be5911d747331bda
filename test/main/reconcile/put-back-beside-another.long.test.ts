import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
const answer = { kind: 'answer' }
const closed = { kind: 'timeout' }
const [state, kept] = ['/var/lib/memharbor', '/root/kept']
const names = ['one', 'two', 'three']

describe.skipIf(reason !== null)(
  `a host that was put back is given what the panel has, beside another laptop${reason === null ? '' : ` (${reason})`}`,
  () => {
    let host: HostNamespace
    let client: Client
    let panel: Panel
    /** Another laptop, with a store of its own; it knows of no state newer than the one that was put back. */
    let other: Panel
    const ports = new Map<string, number>()
    /** Called when the first panel is about to write a record. */
    let beforeWrite: (() => Promise<unknown>) | undefined

    beforeAll(async () => {
      host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
      client = await startClient(host, { index: 0 })
      const atPoint = async (point: string): Promise<void> => {
        if (point !== 'before write-record' || beforeWrite === undefined) return
        const call = beforeWrite
        beforeWrite = undefined
        await call()
      }
      panel = await openPanel(undefined, { atPoint })
      await addSandbox(panel, host)
      await prepareSandbox(panel, host)
      for (const name of names) {
        const input = { name, memoryMb: 16, allow: [{ cidr: client.address4 }] }
        ports.set(name, (await createTenant(panel, input)).port)
      }
      other = await openPanel()
      await addSandbox(other, host)
    })
    afterAll(async () => {
      await other?.stop()
      await panel?.stop()
      await client?.stop()
      await host?.stop()
    })

    const talk = (name: string) => memcacheTalk(client, host.address4, ports.get(name) ?? 0)
    const revoke = (name: string) => other.client.tenant.revoke({ name, cidrs: [client.address4] })
    const root = async (script: string): Promise<void> => {
      const { status, stderr } = await host.exec(['sh', '-ec', script])
      expect({ status, stderr }).toMatchObject({ status: 0 })
    }
    /** Nothing but notes is lost by it. */
    const loseNotes = async (lost: readonly string[], notes: string): Promise<void> => {
      await root(`rm -rf ${kept}; mkdir ${kept}; cp -a ${state}/. ${kept}`)
      for (const name of lost) await panel.client.tenant.annotate({ name, notes })
      await root(`rm -rf ${state}/*; cp -a ${kept}/. ${state}; /usr/local/sbin/memharbor-host </dev/null`)
      await panel.client.tenant.list({})
      expect(await waiting()).toEqual([...lost].sort())
    }
    const waiting = async () => (await panel.client.host.list())[0]?.putBack?.tenants
    const plan = () => panel.client.host.planRecover({ name: 'web1', as: 'panel' })
    const sentences = ({ steps }: Awaited<ReturnType<typeof plan>>) => steps.map(({ sentence }) => sentence)
    const recover = (fingerprint: string) =>
      readWork(panel.client.host.recover({ name: 'web1', as: 'panel', fingerprint, confirmed: true }))

    it('what is taken away under the work stays so, where it was not asked about', async () => {
      await loseNotes(names, 'newer')
      const planned = await plan()
      for (const name of names) {
        expect(sentences(planned)).toContain(`Give ${name} on web1 what this panel has: notes`)
      }
      // The first is given what it lost; the others have not been looked at for it yet.
      const [first = '', ...rest] = sentences(planned).map((sentence) => sentence.split(' ')[1] ?? '')
      const [second = '', third = ''] = rest
      beforeWrite = async () => {
        await revoke(second)
        await other.client.tenant.suspend({ name: third })
      }
      await recover(planned.fingerprint)
      expect(await talk(first)).toMatchObject(answer)
      expect(await talk(second)).toEqual(closed)
      expect(await talk(third)).toEqual(closed)
      // That is asked now, and until then no change here opens it.
      expect(await waiting()).toEqual([second, third].sort())
      const change = panel.client.tenant.annotate({ name: second, notes: 'newest' })
      expect(await problemOf(change)).toMatchObject({ code: 'HOST_PUT_BACK' })
      expect(sentences(await plan())).toContain(`Give ${second} on web1 what this panel has: allowlist`)
      const { fingerprint } = await panel.client.host.planRecover({ name: 'web1', as: 'host' })
      await readWork(panel.client.host.recover({ name: 'web1', as: 'host', fingerprint, confirmed: true }))
      expect(await talk(second)).toEqual(closed)
      expect(await talk(third)).toEqual(closed)
    })

    it('a revoke just before the record is written: it is refused', async () => {
      await loseNotes(['one'], 'again')
      beforeWrite = () => revoke('one')
      const work = recover((await plan()).fingerprint)
      const ended = await work.then(
        () => 'done',
        () => 'failed',
      )
      expect(await talk('one')).toEqual(closed)
      expect(ended).toBe('failed')
    })

    it('a revoke after the plan was shown: there has to be another plan, which says it', async () => {
      await other.client.tenant.allow({ name: 'one', entries: [{ cidr: client.address4 }] })
      expect(await talk('one')).toMatchObject(answer)
      const planned = await plan()
      await revoke('one')
      expect(await problemOf(recover(planned.fingerprint))).toMatchObject({ code: 'PLAN_STALE' })
      expect(await talk('one')).toEqual(closed)
      expect(sentences(await plan())).toEqual([
        expect.stringMatching(/^Give one on web1 what this panel has: allowlist/),
      ])
    })
  },
)

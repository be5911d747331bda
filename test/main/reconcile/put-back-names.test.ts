import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HostNamespace } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox, readWork } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'

const reason = skipReason()
const state = '/var/lib/memharbor'
const kept = '/root/kept'

describe.skipIf(reason !== null)(
  `names on a host that was put back${reason === null ? '' : ` (${reason})`}`,
  () => {
    let host: HostNamespace
    let other: HostNamespace
    let panel: Panel
    const ids = new Map<string, string>()

    beforeAll(async () => {
      host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
      other = await startPreparedHost({ name: 'web2', sudo: 'nopasswd' })
      panel = await openPanel()
      for (const each of [host, other]) {
        await addSandbox(panel, each)
        await prepareSandbox(panel, each)
      }
      for (const name of ['one', 'two', 'three']) {
        ids.set(name, (await createTenant(panel, { name, host: 'web1' })).id)
      }
      await root(`mkdir ${kept}; cp -a ${state}/. ${kept}`)
    })
    afterAll(async () => {
      await panel?.stop()
      await other?.stop()
      await host?.stop()
    })

    const root = async (script: string): Promise<void> => {
      const { status, stderr } = await host.exec(['sh', '-ec', script])
      if (status !== 0) throw new Error(stderr)
    }
    const rename = (name: string, newName: string) => panel.client.tenant.rename({ name, newName })
    const putBack = () =>
      root(`rm -rf ${state}/*; cp -a ${kept}/. ${state}; /usr/local/sbin/memharbor-host </dev/null`)
    const marked = async () => (await panel.client.host.list()).find(({ name }) => name === 'web1')?.putBack
    const nameOf = async (first: string) =>
      (await panel.client.tenant.list({})).find(({ id }) => id === ids.get(first))?.name
    const settle = async (): Promise<string[]> => {
      const plan = await panel.client.host.planRecover({ name: 'web1', as: 'host' })
      const input = { name: 'web1', as: 'host', fingerprint: plan.fingerprint, confirmed: true } as const
      await readWork(panel.client.host.recover(input))
      return plan.steps.map(({ sentence }) => sentence)
    }

    /** Nothing of it is asked again, neither at once nor at the next look. */
    const expectSettled = async (): Promise<void> => {
      expect(await marked()).toBeNull()
      await panel.client.tenant.list({})
      expect(await marked()).toBeNull()
      expect(await settle()).toEqual([])
    }

    it('that went around are taken over at once', async () => {
      await rename('one', 'spare')
      await rename('two', 'one')
      await rename('three', 'two')
      await rename('spare', 'three')
      await putBack()
      await panel.client.tenant.list({})
      expect((await marked())?.tenants.sort()).toEqual(['one', 'three', 'two'])
      expect(await settle()).toHaveLength(3)
      for (const name of ['one', 'two', 'three']) expect(await nameOf(name)).toBe(name)
      await expectSettled()
    })

    it('that a tenant of another host has by now are no question for ever', async () => {
      await rename('one', 'elsewhere')
      await createTenant(panel, { name: 'one', host: 'web2' })
      await putBack()
      await panel.client.tenant.list({})
      expect((await marked())?.tenants).toEqual(['elsewhere'])
      expect(await settle()).toHaveLength(1)
      expect(await nameOf('one')).toBe('one@web1')
      await expectSettled()
    })
  },
)

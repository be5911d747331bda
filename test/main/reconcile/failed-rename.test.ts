import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HostNamespace } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox, problemOf } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'

const reason = skipReason()
const helper = '/usr/local/sbin/memharbor-host'

describe.skipIf(reason !== null)(
  `a name that the host could not take${reason === null ? '' : ` (${reason})`}`,
  () => {
    let host: HostNamespace
    let panel: Panel

    beforeAll(async () => {
      host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
      panel = await openPanel()
      await addSandbox(panel, host)
      await prepareSandbox(panel, host)
      await createTenant(panel, { name: 'acme' })
      // Afterwards the panel has taken in all that is there, so that a change asks the host for nothing before it.
      await panel.client.tenant.annotate({ name: 'acme', notes: 'first' })
    })
    afterAll(async () => {
      await panel?.stop()
      await host?.stop()
    })

    const root = async (script: string): Promise<void> => {
      const { status, stderr } = await host.exec(['sh', '-ec', script])
      if (status !== 0) throw new Error(stderr)
    }
    const names = async () => (await panel.client.tenant.list({})).map(({ name, notes }) => [name, notes])
    const ends = async (kind: string) =>
      (await panel.client.activity.list({})).filter((one) => one.kind === kind).map(({ outcome }) => outcome)

    it('is not its name here either, and its end is told when the host answers again', async () => {
      // A helper that ends at once, also for whoever asks what it has.
      await root(`mv ${helper} ${helper}.kept; printf '#!/bin/sh\nexit 3\n' >${helper}; chmod 755 ${helper}`)
      await root(`kill $(pgrep -f '^/usr/bin/python3 -IS ${helper}$')`)
      const renamed = panel.client.tenant.rename({ name: 'acme', newName: 'other' })
      expect(await problemOf(renamed)).toMatchObject({ code: 'HELPER_FAILED' })
      expect(await names()).toEqual([['acme', 'first']])
      const annotated = panel.client.tenant.annotate({ name: 'acme', notes: 'second' })
      expect(await problemOf(annotated)).toMatchObject({ code: 'HELPER_FAILED' })
      expect(await names()).toEqual([['acme', 'first']])
      await root(`mv ${helper}.kept ${helper}`)

      await panel.client.tenant.annotate({ name: 'acme', notes: 'third' })
      expect(await names()).toEqual([['acme', 'third']])
      expect(await ends('tenant rename')).toEqual(['undone'])
      const notices = await panel.client.program.takeNotices()
      expect(notices).toContainEqual(
        expect.stringMatching(/^Undone: tenant rename of acme, which had failed/),
      )
      const records = await host.exec([helper], {
        input: '{"v":1,"op":"records"}\n',
      })
      expect(JSON.parse(records.stdout).tenants).toEqual({
        [(await panel.client.tenant.show({ name: 'acme' })).id]: expect.objectContaining({
          name: 'acme',
          notes: 'third',
        }),
      })
    })
  },
)

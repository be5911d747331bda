import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
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
vi.setConfig({ testTimeout: 120_000 })

describe.skipIf(reason !== null)(
  `a host whose registry was lost while closings were pending${reason === null ? '' : ` (${reason})`}`,
  () => {
    let host: HostNamespace
    let panel: Panel

    beforeAll(async () => {
      host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
      panel = await openPanel(undefined, { timeLimits: { callMs: 4_000, lookMs: 2_000, heardMs: 500 } })
      await addSandbox(panel, host)
    })
    afterAll(async () => {
      await panel?.stop()
      await host?.stop()
    })

    it('has none of them pending once the operator has accepted the new one', async () => {
      for (const name of ['g1', 'g2', 'g3']) {
        await createTenant(panel, { name, allow: [{ cidr: '203.0.113.7' }] })
      }
      await host.dropLink()
      const { client } = panel
      expect(await problemOf(client.tenant.suspend({ name: 'g1' }))).toMatchObject({ code: 'NOT_IN_FORCE' })
      const deleting = readWork(client.tenant.delete({ name: 'g3', confirmed: true }))
      expect(await problemOf(deleting)).toMatchObject({ code: 'NOT_IN_FORCE' })
      await host.exec(['sh', '-c', 'rm -rf /var/lib/memharbor/*'])
      await host.restoreLink()
      await prepareSandbox(panel, host)
      const { replaced } = await client.host.trust({ name: 'web1' })
      expect(replaced?.sentence).toMatch(/suspending g1, deleting g3/)
      await client.host.trust({ name: 'web1', registryId: replaced?.registryId ?? '' })
      await until(
        'nothing is pending',
        async () => (await client.host.list())[0]?.pending.length === 0,
        20_000,
      )
      await until(
        'g3 is deleted',
        async () => (await client.tenant.list({})).every(({ name }) => name !== 'g3'),
        30_000,
      )
      const plan = await client.host.planRecover({ name: 'web1', as: 'panel' })
      await readWork(
        client.host.recover({
          name: 'web1',
          as: 'panel',
          fingerprint: plan.fingerprint,
          confirmed: true,
        }),
      )
      const tenants = await client.tenant.list({})
      expect(tenants.map(({ name, state, pending }) => ({ name, state, pending }))).toEqual([
        { name: 'g1', state: 'suspended', pending: [] },
        { name: 'g2', state: 'running', pending: [] },
      ])
    })
  },
)

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import { mustRun } from '../../hosts/run.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'
import { openPage, type Page } from './page.ts'

const reason = skipReason()
const patient = 20_000

describe.skipIf(reason !== null)(
  `what another program took away${reason === null ? '' : ` (${reason})`}`,
  () => {
    let host: HostNamespace
    let panel: Panel
    let page: Page

    beforeAll(async () => {
      host = await startPreparedHost({ name: 'web1' })
      panel = await openPanel()
      await addSandbox(panel, host)
      await prepareSandbox(panel, host)
      await createTenant(panel, { name: 'acme', memoryMb: 64, allow: [{ cidr: '203.0.113.7', label: '' }] })
      page = openPage(panel.client)
      await until('it is connected', () => status()?.connection === 'connected', patient)
    })
    afterAll(async () => {
      await page?.close()
      await panel?.stop()
      await host?.stop()
    })

    const status = () => [...page.hosts.values()][0]
    const fault = () => status()?.filterFault ?? null
    const inHost = (...argv: string[]) => mustRun(host.namespace.enter(argv))

    it('the filter: it is told, and no more when it is put back', async () => {
      expect(fault()).toBeNull()
      await inHost('iptables', '--table', 'raw', '--flush')
      await until('the open filter is told', () => fault()?.kind === 'open', patient)
      expect(fault()?.sentence).toContain('anybody can reach its tenants')
      await prepareSandbox(panel, host)
      await until('it is well again', () => fault() === null, patient)
      expect((await panel.client.host.check({ name: 'web1' })).ready).toBe(true)
    })
  },
)

import { afterAll, beforeAll, expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { createTenant, type Panel, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { openPage, type Page } from './page.ts'

const patient = 20_000

describeOnHosts('a listener that goes away', () => {
  let world: PanelHost
  let host: HostNamespace
  let panel: Panel
  let page: Page
  let port: number

  beforeAll(async () => {
    world = await startPreparedPanelHost()
    ;({ host, panel } = world)
    port = (await createTenant(panel, { name: 'acme', memoryMb: 64 })).port
    page = openPage(panel.client)
  })
  afterAll(async () => {
    await page?.close()
    await world?.stop()
  })

  const shown = () => [...page.tenants.values()][0]

  it('marks the tenant of an open page by itself, and no more after its restart', async () => {
    await until('it is shown as it is', () => shown()?.state === 'running', patient)
    expect(shown()).toMatchObject({ faults: [], why: '' })
    const { stdout } = await host.exec(['ss', '-H6ltnp', `sport = :${port}`])
    await host.exec(['kill', '-9', /"docker-proxy",pid=(\d+)/.exec(stdout)?.[1] ?? ''])
    await until('it is marked', () => shown()?.faults.includes('listener') === true, patient)
    expect(shown()?.why).toContain(`Nothing listens on [::]:${port}`)
    await readWork(panel.client.tenant.restart({ name: 'acme', confirmed: true }))
    await until('it is well again', () => shown()?.faults.length === 0, patient)
    expect(shown()).toMatchObject({ state: 'running', why: '' })
  })
})

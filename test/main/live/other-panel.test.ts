import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox, readWork } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'
import { openPage, type Page } from './page.ts'

const reason = skipReason()
const patient = 30_000

describe.skipIf(reason !== null)(`what another panel does${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  let panel: Panel
  let other: Panel
  let page: Page

  beforeAll(async () => {
    host = await startPreparedHost({ name: 'web1' })
    panel = await openPanel()
    await addSandbox(panel, host)
    await prepareSandbox(panel, host)
    for (const name of ['acme', 'bakery']) await createTenant(panel, { name, memoryMb: 64 })
    other = await openPanel()
    await addSandbox(other, host)
    page = openPage(panel.client)
    await until('both are seen', () => page.find('bakery')?.state === 'running', patient)
  })
  afterAll(async () => {
    await page?.close()
    await other?.stop()
    await panel?.stop()
    await host?.stop()
  })

  it('is seen in this one: changed, made, deleted, and made again with the same name', async () => {
    const { client } = other
    const deleted = page.find('bakery')?.id
    await client.tenant.suspend({ name: 'acme' })
    await client.tenant.allow({ name: 'acme', entries: [{ cidr: '203.0.113.7', label: 'office' }] })
    await readWork(client.tenant.delete({ name: 'bakery', confirmed: true }))
    const again = await createTenant(other, { name: 'bakery', memoryMb: 64 })
    await until('the new one is seen', () => page.find('bakery')?.id === again.id, patient)
    await until('the change is seen', () => page.find('acme')?.state === 'suspended', patient)
    expect(page.find('acme')?.allow).toMatchObject([{ cidr: '203.0.113.7/32', label: 'office' }])
    expect(page.tenants.has(deleted ?? '')).toBe(false)
    expect(page.notices).toEqual(
      expect.arrayContaining([
        'Another panel deleted bakery on web1.',
        'Another panel made bakery on web1.',
        'Another panel changed acme on web1.',
      ]),
    )
    const [last] = await panel.client.activity.list({ tenant: 'bakery', limit: 1 })
    expect(last).toMatchObject({ kind: 'tenant delete', actor: 'another panel', outcome: 'done' })
  })

  it('is taken over before a change that does not watch', async () => {
    await readWork(other.client.tenant.delete({ name: 'bakery', confirmed: true }))
    await page.close()
    await panel.close()
    panel = await openPanel(panel.dataDir)
    await panel.client.tenant.resume({ name: 'acme' })
    expect((await panel.client.tenant.list({})).map(({ name }) => name)).toEqual(['acme'])
  })
})

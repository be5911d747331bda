import { createRouterClient } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { router } from '../../src/main/router.ts'
import { findChromium } from './chromium.ts'
import { type MemoryPage, openMemoryPage } from './memory-page.ts'

const chromium = findChromium()

describe.skipIf(chromium === undefined)(
  `a host that was put back${chromium === undefined ? ' (left out: no Chromium here)' : ''}`,
  () => {
    let opened: MemoryPage
    beforeAll(async () => {
      opened = await openMemoryPage({ tenants: 12 })
    })
    afterAll(() => opened?.close())

    test('asks on its screen whose state counts, with a plan, and then is as it was chosen', async () => {
      const { page, panel } = opened
      const client = createRouterClient(router, { context: panel.context })
      const tenant = (await client.tenant.list({})).find(({ state }) => state === 'running')
      const helper = panel.hosts.get(tenant?.host ?? '')?.helper
      if (tenant === undefined || helper === undefined) throw new Error('no tenant runs')
      const before = structuredClone(helper.state)
      await client.tenant.annotate({ name: tenant.name, notes: 'newer' })
      Object.assign(helper.state, before)

      const sign = `Put back to an older state: ${tenant.host}`
      await page.getByRole('link', { name: /Hosts/ }).filter({ hasText: sign }).waitFor()
      await page.getByRole('link', { name: tenant.name, exact: true }).click()
      await page.getByText(/choose whose state counts/).waitFor()
      await page.getByRole('button', { name: 'Look at the host' }).click()
      const banner = page.getByRole('alert').filter({ hasText: 'was put back to an older state' })
      await banner.waitFor()
      expect(await banner.textContent()).toContain(tenant.name)
      // Its check says no more than that, which preparing does not settle.
      await page.getByText(/^Checked /).waitFor()
      expect(await page.getByRole('link', { name: 'Prepare', exact: true }).count()).toBe(0)
      await banner.getByRole('button', { name: 'As this panel has it…' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText(tenant.name).first().waitFor()
      await dialog.getByRole('button').last().click()
      await banner.waitFor({ state: 'detached' })
      expect(helper.state.tenants[tenant.id]?.notes).toBe('newer')
    })
  },
)

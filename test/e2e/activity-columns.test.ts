import { createRouterClient } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { router } from '../../src/main/router.ts'
import { readWork } from '../main/panel.ts'
import { findChromium } from './chromium.ts'
import { type MemoryPage, openMemoryPage } from './memory-page.ts'

const chromium = findChromium()

/** How far each title stands from the cells of the first row, in pixels from the left. */
const readOffsets = `(() => {
  const row = document.querySelector('main [data-index] button[aria-expanded]')
  const head = [...document.querySelectorAll('main [aria-hidden]')].find((each) => each.textContent.startsWith('Started'))
  for (let each = row; each !== null; each = each.parentElement) each.scrollLeft = 10_000
  const left = (cell) => cell.getBoundingClientRect().left
  return [...head.children].map((title, index) => left(title) - left(row.children[index]))
})()`

describe.skipIf(chromium === undefined)(
  `the activity${chromium === undefined ? ' (left out: no Chromium here)' : ''}`,
  () => {
    let opened: MemoryPage
    beforeAll(async () => {
      opened = await openMemoryPage({ tenants: 30 })
    })
    afterAll(() => opened?.close())

    test.each([800, 1280])(
      '%i pixels wide has its titles over their columns, also at the right end',
      async (width) => {
        const { page, panel } = opened
        const client = createRouterClient(router, { context: panel.context })
        // So many that they do not fit below each other.
        const tenants = await client.tenant.list({})
        for (const { name } of tenants) await client.tenant.annotate({ name, notes: `at ${width}` })
        await page.setViewportSize({ width, height: 800 })
        await page.evaluate(`location.hash = '#/activity'`)
        await page
          .getByRole('button', { name: /Change notes/ })
          .first()
          .waitFor()
        expect(await page.evaluate(readOffsets)).toEqual(Array.from({ length: 7 }, () => 0))
      },
    )

    test('has what another panel did, of which one line tells and tenants stay in view', async () => {
      const { page, panel } = opened
      const client = createRouterClient(router, { context: panel.context })
      await page.setViewportSize({ width: 1024, height: 640 })
      await page.evaluate(`location.hash = '#/tenants'`)
      const running = (await client.tenant.list({})).filter(({ state }) => state === 'running').slice(0, 15)
      for (const { id, host } of running) {
        const helper = panel.hosts.get(host)?.helper
        const record = helper?.state.tenants[id]
        if (helper === undefined || record === undefined) throw new Error(`${host} has no record of ${id}`)
        const { revision: ifRevision, ...tenant } = record
        helper.answer({
          ...({ op: 'put', operationId: `another-${id}`, ifRevision } as const),
          tenant: { ...tenant, notes: 'by a colleague' },
        })
      }
      const line = page.getByRole('status').filter({ hasText: `${running.length} changes by another panel` })
      await line.waitFor({ timeout: 20_000 })
      expect(await page.getByRole('grid').getByRole('link').count()).toBeGreaterThan(5)
      await line.getByRole('link', { name: 'Show' }).click()
      const rows = page.getByRole('button', { name: /Change notes .* another panel/ })
      await rows.first().waitFor()
      expect(await page.getByLabel('Search the activity').inputValue()).toBe('another panel')
      await page.reload()
      await page.getByLabel('Search the activity').fill('another panel')
      await rows.first().waitFor()
      expect(await line.count()).toBe(0)
    })

    test('puts a deleted tenant back, at its port', async () => {
      const { page, panel } = opened
      const client = createRouterClient(router, { context: panel.context })
      const tenant = (await client.tenant.list({})).find(({ state }) => state === 'running')
      if (tenant === undefined) throw new Error('no tenant runs')
      const { id, name, port, allow } = tenant
      await readWork(client.tenant.delete({ name, id, confirmed: true }))
      await page.getByLabel('Search the activity').fill(name)
      await page.getByRole('button', { name: `Delete tenant ${name}` }).click()
      const restore = page.getByRole('button', { name: `Restore ${name}` })
      await restore.click()
      await page.getByText(`${name} is there again.`).waitFor()
      expect(await client.tenant.show({ name })).toMatchObject({ id, port, allow, state: 'running' })
      expect(await restore.count()).toBe(0)
    })
  },
)

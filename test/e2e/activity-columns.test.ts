import { createRouterClient } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { router } from '../../src/main/router.ts'
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
  },
)

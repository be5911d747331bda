import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { insertOperation } from '../../src/main/adapters/store/operations.ts'
import { getSettings } from '../../src/main/services/settings/settings.ts'
import { sampleOperation } from '../main/store/samples.ts'
import type { MemoryPanel } from '../memory-host/open-memory-panel.ts'
import { findChromium } from './chromium.ts'
import { type MemoryPage, openMemoryPage } from './memory-page.ts'

const chromiumName = findChromium()
const startedAt = '2026-11-21T10:00:00.000Z'

/** All of the same moment, so that pages by the moment alone would lose some. */
const insertOldOperations = ({ context }: MemoryPanel): Promise<void> =>
  context.services.store.write((db) => {
    for (let n = 0; n < 150; n += 1) {
      const ended = { startedAt, finishedAt: startedAt, outcome: 'done' } as const
      const id = `old-${String(n).padStart(3, '0')}`
      insertOperation(db, sampleOperation({ ...ended, id, kind: 'tenant allow', tenantName: `past-${n}` }))
    }
  })

/** By the host in memory: what the page makes of what is typed, found and left. */
describe.skipIf(chromiumName === undefined)(
  `what is typed, found and left${chromiumName === undefined ? ' (left out: no Chromium here)' : ''}`,
  () => {
    let opened: MemoryPage
    let panel: MemoryPanel
    let page: Page

    beforeAll(async () => {
      opened = await openMemoryPage({ tenants: 160, furnish: insertOldOperations })
      ;({ panel, page } = opened)
    })
    afterAll(() => opened?.close())

    const go = (place: string): Promise<unknown> => page.evaluate(`location.hash = '#${place}'`)
    const button = (name: string | RegExp): Locator =>
      page.getByRole('button', { name, exact: typeof name === 'string' }).filter({ visible: true })
    const see = (text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor()
    const many = Array.from({ length: 1_200 }, (_, n) => `10.0.${n >> 8}.${n & 255}`).join('\n')
    /** As a paste does at once, for which a keyboard needs seconds. */
    const paste = (id: string, text: string): Promise<unknown> =>
      page.evaluate(`{
        const field = document.getElementById(${JSON.stringify(id)})
        const { set } = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')
        set.call(field, ${JSON.stringify(text)})
        field.dispatchEvent(new Event('input', { bubbles: true }))
      }`)

    test('a number that cannot be used stays as it was typed, is told with the limits, and makes nothing', async () => {
      await go('/tenants?new')
      await page.getByLabel('Name', { exact: true }).fill('harbour')
      await button(/^More memory/).click()
      const memory = page.getByLabel('Memory in MB')
      await memory.pressSequentially('9999999999999999')
      const connections = page.getByLabel('Connections at once')
      await connections.pressSequentially('3')
      await page.getByLabel('Notes').focus()
      await see('A whole number from 8 to 1,048,576')
      await see('A whole number from 64 to 65,536')
      expect(await memory.inputValue()).toBe('9,999,999,999,999,999')
      expect(await connections.inputValue()).toBe('3')
      expect(await button('Create').isDisabled()).toBe(true)
      await memory.fill('')
      await connections.fill('128')
      await page.getByLabel('Allowed addresses').fill('203.0.113.7\nhello')
      await button('Create, leave out 1').waitFor()
      await page.keyboard.press('Escape')
      await go('/settings')
      const usual = page.getByLabel('Memory, MB')
      await usual.fill('3')
      await page.getByLabel('Connections at once').focus()
      await see('A whole number from 8 to 1,048,576')
      expect(await usual.inputValue()).toBe('3')
      const { newTenant } = await getSettings(panel.context.services)
      expect(newTenant.memoryMb).toBe(64)
    })

    test('pasted addresses are fitted to the list, on the tenant as for several', async () => {
      await go('/tenants')
      await page.getByRole('grid').getByRole('link').first().click()
      const field = page.getByLabel('Addresses to allow')
      await field.waitFor()
      await paste('allow-addresses', many)
      const allow = button(/^Allow [\d,]+ entries, leave out [\d,]+$/)
      await allow.waitFor()
      await allow.click()
      await field.and(page.locator(':placeholder-shown')).waitFor()
      expect(await page.getByRole('alert').filter({ hasText: 'is not usable' }).count()).toBe(0)
      await field.fill('203.0.113.99')
      await see('a tenant can have 1,000, so the last one is left out')
      expect(await button('Allow').isDisabled()).toBe(true)
      await go('/tenants')
      await page.getByRole('grid', { name: 'Tenants' }).focus()
      await page.keyboard.press('Control+A')
      await button('Allow…').click()
      await page.getByLabel('Allowed addresses').fill('203.0.113.99\nhello\n203.0.113.98\nworld')
      await button('Allow 2 entries, leave out 2').waitFor()
      await see('1 of 160 tenants is left out')
      await page.keyboard.press('Escape')
      await button('Clear').click()
    })

    test('the log is searched as a whole, and its pages lose nothing', async () => {
      await go('/activity')
      const search = page.getByLabel('Search the activity')
      await search.fill('past-7')
      await page.getByRole('button', { name: /past-7 / }).waitFor()
      await page.getByRole('button', { name: /past-79 / }).waitFor()
      expect(await page.getByRole('button', { name: /past-8 / }).count()).toBe(0)
      await search.fill('past')
      await button('Load older ones').click()
      await button('Load older ones').waitFor({ state: 'detached' })
      const list = page.getByRole('button', { name: /past-0 / })
      await page.getByRole('button', { name: /past-/ }).first().focus()
      await page.keyboard.press('End')
      await list.waitFor()
      await search.fill('nobody at all')
      await see('Nothing fits this filter')
    })

    test('the tenants of a host come up filtered by it, and its check has a date', async () => {
      await go('/hosts')
      await page.getByRole('link', { name: 'nyc1', exact: true }).click()
      await see(/^Checked /)
      await page.getByRole('link', { name: /^\d+ tenants$/ }).click()
      await page.getByRole('grid', { name: 'Tenants' }).waitFor()
      expect(await page.getByLabel('Search tenants').inputValue()).toBe('host:nyc1')
      expect(await page.evaluate('location.hash')).toBe('#/tenants')
      await page.getByLabel('Search tenants').fill('')
    })

    test('leaving while something has not begun is asked about, and told of afterwards', async () => {
      for (const host of panel.hosts.values()) host.mood = { kind: 'slow', delayMs: 3_000 }
      await page.getByRole('grid', { name: 'Tenants' }).focus()
      await page.keyboard.press('Control+A')
      await button('Restart…').click()
      await button('Restart').click()
      await see(/^Restarting: 0 of/)
      const asked: string[] = []
      page.once('dialog', (dialog) => {
        asked.push(dialog.type())
        void dialog.accept()
      })
      await page.reload()
      expect(asked).toEqual(['beforeunload'])
      await see(/^The page was left while restarting: \d+ not begun\. \d+ were under way/)
    })
  },
)

import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readSettings } from '../../src/main/adapters/store/settings.ts'
import { findTenantByName } from '../../src/main/adapters/store/tenants.ts'
import { until } from '../hosts/condition.ts'
import { findChromium } from './chromium.ts'
import { type MemoryPage, openMemoryPage } from './memory-page.ts'

const chromiumName = findChromium()

/** By hosts in memory, which can be late and gone: what the page says is done is done, and what is typed is not lost. */
describe.skipIf(chromiumName === undefined)(
  `nothing is lost and nothing called done before it is${chromiumName === undefined ? ' (left out: no Chromium here)' : ''}`,
  () => {
    let opened: MemoryPage
    let panel: MemoryPage['panel']
    let page: Page

    beforeAll(async () => {
      opened = await openMemoryPage({ tenants: 160 })
      ;({ panel, page } = opened)
    })
    afterAll(() => opened?.close())

    const hostsAre = (mood: 'well' | 'down' | number): void => {
      for (const host of panel.hosts.values())
        host.mood = typeof mood === 'number' ? { kind: 'slow', delayMs: mood } : { kind: mood }
    }
    const button = (name: string | RegExp): Locator =>
      page.getByRole('button', { name, exact: typeof name === 'string' }).filter({ visible: true })
    const see = (words: string | RegExp): Promise<void> =>
      page.getByText(words).filter({ visible: true }).first().waitFor()
    const grid = (): Locator => page.getByRole('grid', { name: 'Tenants' })
    const focused = (target: Locator): Promise<void> => target.and(page.locator(':focus')).waitFor()
    const portRange = async () => (await panel.context.services.store.read(readSettings)).portRange
    const openSettings = async (name: string): Promise<Locator> => {
      await grid().getByRole('link', { name, exact: true }).click()
      await page.getByRole('tab', { name: 'Settings' }).click()
      const notes = page.getByRole('textbox', { name: /^Notes/ })
      await notes.waitFor()
      return notes
    }

    test('many are suspended after a question, called off by keys, and resumed in one press', async () => {
      await grid().focus()
      await page.keyboard.press('Control+a')
      await button('Suspend').focus()
      await page.keyboard.press('Enter')
      await page.getByRole('dialog', { name: /^Suspend \d+ tenants\?/ }).waitFor()
      await page.keyboard.press('Escape')
      await focused(button('Suspend'))
      hostsAre(300)
      await page.keyboard.press('Enter')
      // The key that opened it, pressed once more, would not suspend them.
      await focused(button('Cancel'))
      await button(/^Suspend \d+$/).press('Enter')
      await see(/Suspending: [1-9]\d* of/)
      await button('Stop').focus()
      await page.keyboard.press('Enter')
      await see(/\d+ suspended, \d+ not begun/)
      hostsAre('well')
      await focused(grid())
      const begun = Number(/\d+/.exec(await button(/^Resume those/).innerText())?.[0])
      expect(begun).toBeGreaterThanOrEqual(8)
      await button('Each of them').click()
      await button(/^Copy \d+ names$/).click()
      await see(/^Copied \d+ names/)
      await page.keyboard.press('Escape')
      await button(/^Resume those/).press('Enter')
      await see(`${begun} resumed`)
      await page.getByRole('main').getByRole('button', { name: 'Put away' }).press('Enter')
      await focused(grid())
      await page.keyboard.press('Escape')
    })

    test('a press of Cancel in a row is answered by the row', async () => {
      hostsAre(700)
      await button('New tenant').click()
      await page.getByLabel('Name', { exact: true }).fill('aaa-late')
      await button('Create').click()
      const row = grid().getByRole('row', { name: /aaa-late/ })
      await row.getByRole('button', { name: 'Cancel' }).click()
      await row.getByText(/^Stopping/).waitFor()
      expect(await row.getByRole('button', { name: 'Cancel' }).count()).toBe(0)
      await row.waitFor({ state: 'detached' })
      hostsAre('well')
    })

    test('both ends of a range are saved together, and Saved is what is stored', async () => {
      await page.keyboard.press('Control+,')
      await page.getByLabel('From').fill('31000')
      await page.keyboard.press('Enter')
      await see('Not before 31000')
      await see('Not saved')
      await page.getByLabel('To', { exact: true }).fill('32000')
      await page.keyboard.press('Enter')
      await see(/^Saved/)
      expect(await portRange()).toEqual({ from: 31_000, to: 32_000 })
      // A field that is not left before the screen is.
      await page.getByLabel('From').fill('30000')
      await page.keyboard.press('Control+1')
      await grid().waitFor()
      await until('it is stored', async () => (await portRange()).from === 30_000)
    })

    test('notes are saved when their field goes away, and kept where that fails', async () => {
      const name = await grid().getByRole('link').first().innerText()
      const stored = async (): Promise<string | undefined> =>
        (await panel.context.services.store.read((db) => findTenantByName(db, name)))?.notes
      await (await openSettings(name)).fill('Call Ada.')
      await page.keyboard.press('Control+1')
      await until('they are stored', async () => (await stored()) === 'Call Ada.')

      hostsAre('down')
      // The host is found to be gone in the middle of the first change, before the second begins.
      for (const text of ['Call Grace.', 'Call Grace at noon.']) {
        await (await openSettings(name)).fill(text)
        await page.keyboard.press('Control+1')
        await see(`The notes of ${name} are not saved yet`)
        await page.getByRole('alert').getByRole('button').first().click()
      }
      const notes = await openSettings(name)
      expect(await notes.inputValue()).toBe('Call Grace at noon.')
      // As the browser does before the page is left; `false` has it ask.
      expect(
        await page.evaluate<boolean>(`dispatchEvent(new Event('beforeunload', { cancelable: true }))`),
      ).toBe(false)
      hostsAre('well')
      await notes.focus()
      await page.keyboard.press('Control+Enter')
      await until('they are stored', async () => (await stored()) === 'Call Grace at noon.')
      await page.keyboard.press('Control+Alt+c')
      await see(/^Copied /)
    })

    test('a defect while a screen is drawn takes that screen away, and nothing else', async () => {
      const go = (place: string): Promise<unknown> => page.evaluate(`location.hash = '#${place}'`)
      await go('/tenants')
      await grid().waitFor()
      await page.evaluate(`{
        window.whole = Object.getOwnPropertyDescriptor(Intl.NumberFormat.prototype, 'format')
        const get = () => { throw new Error('the test broke it') }
        Object.defineProperty(Intl.NumberFormat.prototype, 'format', { ...window.whole, get })
      }`)
      await go('/hosts')
      await see('This screen cannot be shown')
      await see('the test broke it')
      await page.evaluate(`Object.defineProperty(Intl.NumberFormat.prototype, 'format', window.whole)`)
      await go('/tenants')
      await grid().getByRole('link').first().waitFor()
    })
  },
)

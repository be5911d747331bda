import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { listOperations } from '../../src/main/adapters/store/operations.ts'
import type { MemoryPanel } from '../memory-host/open-memory-panel.ts'
import { findChromium } from './chromium.ts'
import { type MemoryPage, openMemoryPage } from './memory-page.ts'

const chromiumName = findChromium()

/** By the host in memory: what becomes of the focus and of keys is the page's own matter. */
describe.skipIf(chromiumName === undefined)(
  `keys and focus${chromiumName === undefined ? ' (left out: no Chromium here)' : ''}`,
  () => {
    let opened: MemoryPage
    let panel: MemoryPanel
    let page: Page
    let names: readonly string[]

    beforeAll(async () => {
      opened = await openMemoryPage({ tenants: 5 })
      ;({ panel, page } = opened)
      const links = page.getByRole('grid').getByRole('link')
      await links.nth(4).waitFor()
      names = await links.allInnerTexts()
    })
    afterAll(() => opened?.close())

    const named = (role: 'button' | 'menuitem' | 'grid' | 'dialog', name: string | RegExp): Locator =>
      page.getByRole(role, { name, exact: typeof name === 'string' }).filter({ visible: true })
    const screenOf = (name: string): Locator => page.getByRole('region', { name, exact: true })
    const focused = (target: Locator): Promise<void> => target.and(page.locator(':focus')).waitFor()
    const gone = (): Promise<void> => page.getByRole('dialog').waitFor({ state: 'detached' })
    const press = (keys: string): Promise<void> => page.keyboard.press(keys)
    const walkTo = async (target: Locator, key = 'Tab'): Promise<void> => {
      await target.waitFor()
      for (let stop = 0; (await target.and(page.locator(':focus')).count()) === 0; stop += 1) {
        if (stop > 60) throw new Error(`${key} does not lead to ${target}`)
        await press(key)
      }
    }
    const countOperations = async (): Promise<number> =>
      (await panel.context.services.store.read((db) => listOperations(db))).length
    const openTenant = async (name: string): Promise<void> => {
      await page.getByRole('grid').getByRole('link', { name, exact: true }).press('Enter')
      await named('button', 'More actions').waitFor()
    }
    const choose = async (entry: RegExp): Promise<void> => {
      await walkTo(named('button', 'More actions'))
      await press('Enter')
      await focused(page.getByRole('menuitem').first())
      await walkTo(named('menuitem', entry), 'ArrowDown')
      await press('Enter')
      await page.getByRole('dialog').locator(':focus').waitFor()
    }
    const find = async (words: string): Promise<void> => {
      await press('Control+K')
      await focused(page.getByLabel('Find an action or a tenant'))
      await page.keyboard.insertText(words)
      await page.getByRole('dialog').getByText(words, { exact: true }).first().waitFor()
      await press('Enter')
    }

    beforeEach(async () => {
      await page.evaluate(`location.hash = '#/tenants'`)
      await named('grid', 'Tenants').focus()
    })

    test('a dialog gives the focus back to what led to it', async () => {
      await openTenant(names[0] ?? '')
      await focused(screenOf(names[0] ?? ''))
      for (const entry of [/^Resize/, /^Rename/, /^Restart/, /^Flush/, /limit/, /port/, /^Delete/]) {
        await choose(entry)
        await press('Escape')
        await gone()
        await focused(named('button', 'More actions'))
      }
      await find('Rename this tenant')
      await focused(page.getByLabel('Name', { exact: true }))
      await press('Escape')
      await focused(named('button', 'More actions'))
      const url = page.url()
      await walkTo(named('button', 'Next tenant'))
      await press('Enter')
      await page.waitForURL((now) => now.href !== url)
      await focused(named('button', 'Next tenant'))
      await find('Go to hosts')
      await focused(screenOf('Hosts'))
      await walkTo(named('button', /^Actions for/).first())
      await press('Enter')
      await focused(page.getByRole('menuitem').first())
      await walkTo(named('menuitem', /^Edit/), 'ArrowDown')
      await press('Enter')
      await focused(page.getByLabel('Name', { exact: true }))
      await press('Escape')
      await focused(named('button', /^Actions for/).first())
    })

    test('who comes to a screen is in it and hears where that is, and the window is called so', async () => {
      const places = [
        ...(['Hosts', 'Activity', 'Settings'] as const).map((name) => [name, screenOf(name)] as const),
        ['Tenants', named('grid', 'Tenants')] as const,
      ]
      for (const [index, keys] of ['Control+2', 'Control+3', 'Control+,', 'Control+1'].entries()) {
        const [name, target] = places[index] ?? places[0] ?? expect.unreachable()
        await press(keys)
        await focused(target)
        expect(await page.title()).toBe(`${name} · Memharbor`)
      }
      for (const [name, target] of places) {
        await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).click()
        await focused(target)
      }
      await openTenant(names[0] ?? '')
      expect(await page.title()).toBe(`${names[0]} · Memharbor`)
      await page.goBack()
      await focused(named('grid', 'Tenants'))
    })

    test('so do dialogs of the table, and what goes away leaves it to the table', async () => {
      const grid = named('grid', 'Tenants')
      await press('Home')
      await press('Shift+F10')
      await focused(page.getByRole('menuitem').first())
      await walkTo(named('menuitem', /^Restart/), 'ArrowDown')
      await press('Enter')
      await focused(named('button', 'Cancel'))
      await press('Enter')
      await gone()
      await focused(grid)
      await press('Space')
      await walkTo(named('button', 'Restart…'))
      await press('Enter')
      await focused(named('button', 'Cancel'))
      await press('Escape')
      await focused(named('button', 'Restart…'))
      await press('Enter')
      await focused(named('button', 'Cancel'))
      await walkTo(named('button', 'Restart'))
      await press('Enter')
      await focused(grid)
      await press('Escape')
    })

    test('a question about a loss is not answered by the key that opened it, nor by one that is held', async () => {
      const before = await countOperations()
      await openTenant(names[1] ?? '')
      await walkTo(named('button', 'More actions'))
      await press('Enter')
      await walkTo(named('menuitem', /^Flush/), 'ArrowDown')
      await page.keyboard.down('Enter')
      await focused(named('button', 'Cancel'))
      await page.keyboard.down('Enter')
      await walkTo(named('button', 'Flush'))
      await page.keyboard.down('Enter')
      await page.keyboard.up('Enter')
      expect(await named('dialog', /^Flush/).count()).toBe(1)
      expect(await countOperations()).toBe(before)
      await press('Enter')
      await gone()
      await page
        .getByText(/is empty\./)
        .first()
        .waitFor()
      expect(await countOperations()).toBe(before + 1)
    })

    test('keys reach nothing behind a dialog, and are those of the layout', async () => {
      await openTenant(names[1] ?? '')
      const before = await countOperations()
      const url = page.url()
      await choose(/^Delete/)
      for (const keys of ['Control+Alt+S', 'Control+1', 'Control+K', 'Control+Alt+N', 'Alt+ArrowDown'])
        await press(keys)
      await walkTo(named('button', 'Cancel'))
      await press(']')
      expect(await page.getByRole('dialog').count()).toBe(1)
      await press('Enter')
      await gone()
      expect(page.url()).toBe(url)
      await press('Control+Alt+S')
      await page
        .getByText(/is (suspended|resumed)\./)
        .first()
        .waitFor()
      expect(await countOperations()).toBe(before + 1)

      const { send } = await openKeyboard(page)
      await send('л', 'KeyK', { ctrl: true })
      await focused(page.getByLabel('Find an action or a tenant'))
      await send('л', 'KeyK', { ctrl: true })
      await gone()
      await send('&', 'Digit2', { ctrl: true })
      await page.getByRole('heading', { name: 'Hosts' }).waitFor()
    })

    test('with a row that is removed it goes to the next, and with the last to what adds one', async () => {
      await openTenant(names[2] ?? '')
      const field = page.getByLabel('Addresses to allow')
      await field.focus()
      await page.keyboard.insertText('192.0.2.201\n192.0.2.202')
      await press('Control+Enter')
      await named('button', /^Remove 192.0.2.202/).waitFor()
      const removes = page.getByRole('button', { name: /^Remove / })
      const labels = await Promise.all((await removes.all()).map((each) => each.getAttribute('aria-label')))
      await walkTo(removes.first())
      for (const [index] of labels.entries()) {
        await press('Enter')
        await focused(index < labels.length - 1 ? named('button', labels[index + 1] ?? '') : field)
      }
    })
  },
)

/** A keyboard that has another layout. */
async function openKeyboard(page: Page) {
  const session = await page.context().newCDPSession(page)
  return {
    async send(key: string, code: string, held: { readonly ctrl: boolean }): Promise<void> {
      const modifiers = held.ctrl ? 2 : 0
      await session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key, code, modifiers })
      await session.send('Input.dispatchKeyEvent', { type: 'keyUp', key, code, modifiers })
    },
  }
}

import { afterAll, beforeAll, test } from 'vitest'
import { type MemoryPage, openMemoryPage } from './memory-page.ts'

let opened: MemoryPage
beforeAll(async () => {
  opened = await openMemoryPage({ tenants: 10_000 })
}, 120_000)
afterAll(() => opened?.close())
test('look', { timeout: 120_000 }, async () => {
  const { page, panel } = opened
  const shot = (name: string) => page.screenshot({ path: `/tmp/x5-${name}.png` })
  await page.getByRole('columnheader', { name: /Memory/ }).click()
  await page.waitForTimeout(6000)
  await shot('sorted')
  for (const host of panel.hosts.values()) host.mood = { kind: 'down' }
  const row = page.getByRole('grid').getByRole('row').nth(3)
  await row.click({ button: 'right' })
  await page.getByRole('menuitem', { name: /Suspend/ }).click()
  await page.getByRole('button', { name: 'Details' }).waitFor({ timeout: 60_000 })
  await shot('one-failed')
  await page.getByRole('grid').focus()
  for (let i = 0; i < 5; i += 1) await page.keyboard.press('Shift+ArrowDown')
  await shot('one-failed-selected')
  await page.getByRole('button', { name: 'Details' }).click()
  await page.getByRole('dialog').waitFor()
  await page.waitForTimeout(500)
  await shot('details')
  await page.keyboard.press('Escape')
  await page.waitForTimeout(300)
  await page.keyboard.press('Control+2')
  await page.waitForTimeout(1500)
  await shot('hosts')
  await page.keyboard.press('ArrowDown')
  await page.waitForTimeout(300)
  await shot('hosts-key')
})

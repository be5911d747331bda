import { control, leave, see } from './find.ts'
import type { Stage } from './stage.ts'

/** The text that each tab shows when it has been read. */
const tabs = [
  ['Activity', /Create|Created/],
  ['Logs', 'It printed nothing.'],
  ['Settings', 'Call Jo before a restart'],
] as const

/** One tenant's screen with all of its tabs, and its allowlist. The table is shown. */
export async function photographTenant({ camera }: Stage): Promise<void> {
  const { page, take } = camera
  await page.getByRole('link', { name: 'acme', exact: true }).click()
  await see(page, /sets a value, reads it/)
  await see(page, /[\d.]+ %/)
  // A rate takes two looks.
  await see(page, /^[\d.,]+\/s$/)
  await take('tenant')
  for (const [tab, words] of tabs) {
    await control(page, 'tab', tab).click()
    await page.getByRole('tabpanel').getByText(words).first().waitFor()
    await take(`tenant-${tab.toLowerCase()}`)
  }
  await control(page, 'tab', 'Connect').click()
  const field = page.getByLabel('Addresses to allow')
  await field.fill(
    '203.0.113.70 = Jo’s desk\n198.51.100.0/24 = data centre\n198.51.100.77/25\n2001:db8:77::/48 = vpn',
  )
  await see(page, 'Line 3')
  await take('tenant-allowlist')
  await field.fill('anyone')
  await see(page, 'would let in everybody')
  await take('tenant-anyone')
  await field.fill('')
  await page.keyboard.press('Control+k')
  await page.getByLabel('Find an action or a tenant').waitFor()
  await take('palette-tenant')
  await leave(page)
}

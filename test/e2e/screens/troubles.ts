import type { Locator, Page } from 'playwright-core'
import type { Camera } from './camera.ts'
import { control, dialog, go, leave, see, seeNoMore } from './find.ts'
import type { MemoryWords } from './memory-panel.ts'

type Say = (words: MemoryWords) => void

const grid = (page: Page): Locator => page.getByRole('grid', { name: 'Tenants' })

/** The row whose tenant is marked so. */
const marked = (page: Page, mark: string | RegExp): Locator =>
  grid(page)
    .getByRole('row')
    .filter({ has: page.getByText(mark, { exact: true }) })

/** Hosts and tenants that are not as they should be, with what is said of them and what is asked. Tenants are shown. */
export async function photographTroubles(camera: Camera, say: Say): Promise<void> {
  await photographFaults(camera)
  await photographAway(camera, say)
  await photographDamage(camera, say)
  await photographFullDisk(camera, say)
  await photographPutBack(camera, say)
  await photographOtherServers(camera, say)
}

/** The mark of each fault in the table, and how the screen of such a tenant is named. */
const faults = [
  ['Closed in filter only', 'filter-only'],
  ['Open past the filter', 'network'],
  ['Listener gone', 'listener'],
  ['Port taken', 'port-taken'],
  ['No limits', 'limits'],
  ['Connection limit', 'connections'],
  [/^Open past the filter, /, 'several'],
] as const

async function openTenant({ page }: Camera, mark: string | RegExp): Promise<void> {
  await go(page, '/tenants')
  await marked(page, mark).first().getByRole('link').click()
  await see(page, 'Allowed addresses')
}

async function openHost({ page }: Camera, name: string): Promise<void> {
  await go(page, '/hosts')
  await page.getByRole('main').getByRole('link', { name, exact: true }).click()
  await see(page, 'How it is used')
  await seeNoMore(page, 'Looking')
}

async function photographFaults(camera: Camera): Promise<void> {
  const { page, take } = camera
  await marked(page, /^Open past the filter, /).waitFor()
  await take('trouble-tenants')
  for (const [mark, name] of faults) {
    await openTenant(camera, mark)
    await take(`trouble-tenant-${name}`)
  }
  await openHost(camera, 'memory1')
  await take('trouble-host-faults')
  await openHost(camera, 'memory2')
  await take('trouble-host-limits')
}

async function photographAway(camera: Camera, say: Say): Promise<void> {
  const { page, take } = camera
  await go(page, '/tenants')
  say('away')
  await see(page, /2 pending/, 60_000)
  // The pictures before left it scrolled to their own place.
  await grid(page).evaluate((element: { scrollTo(left: number, top: number): void }) =>
    element.scrollTo(0, 0),
  )
  await take('trouble-away-tenants')
  await openTenant(camera, 'Pending')
  await take('trouble-away-revoked')
  await go(page, '/tenants')
  await marked(page, 'Pending').nth(1).getByRole('link').click()
  await see(page, 'Allowed addresses')
  await take('trouble-away-suspended')
  await openHost(camera, 'memory3')
  await take('trouble-away-host')
}

async function photographDamage(camera: Camera, say: Say): Promise<void> {
  const { page, take } = camera
  say('damaged')
  await see(page, /is damaged: /, 60_000)
  await openHost(camera, 'memory4')
  await take('trouble-damaged-host')
  await go(page, '/hosts')
  await see(page, /promised of/)
  await take('trouble-damaged-hosts')
  await go(page, '/tenants?host=memory4')
  await grid(page).getByText('Unknown').first().waitFor({ timeout: 60_000 })
  await take('trouble-damaged-tenants')
  await grid(page).getByRole('link').first().click()
  await see(page, 'Allowed addresses')
  await take('trouble-damaged-tenant')
}

/** Access is taken away, and a tenant deleted, on a host that can write nothing down. */
async function photographFullDisk(camera: Camera, say: Say): Promise<void> {
  const { page, take } = camera
  const notice = page.getByRole('main').getByRole('alert')
  say('full-disk')
  await see(page, /its disk is full/, 60_000)
  await go(page, '/tenants?host=memory1')
  await grid(page).getByRole('row').filter({ hasText: 'Running' }).last().getByRole('link').click()
  await page
    .getByRole('button', { name: /^Remove / })
    .first()
    .click()
  await see(page, /Closed on memory1, but not kept there/)
  await take('trouble-full-revoked')
  await page.getByLabel('Addresses to allow').fill('198.51.100.70 = new office')
  await control(page, 'button', /^Allow/).click()
  await notice.first().waitFor()
  await take('trouble-full-allowed')
  await control(page, 'button', 'Suspend').click()
  await see(page, /but not kept there: suspending/)
  await take('trouble-full-suspended')
  const name = (await page.getByRole('main').getByRole('heading', { level: 1 }).textContent()) ?? ''
  await control(page, 'button', 'More actions').click()
  await control(page, 'menuitem', /^Delete/).click()
  const asked = await dialog(page)
  await asked.getByRole('textbox').fill(name)
  await asked.getByRole('button', { name: /^Delete/ }).click()
  await see(page, 'Not deleted', 60_000)
  await take('trouble-full-deleted')
  await openHost(camera, 'memory1')
  await take('trouble-full-host')
}

async function photographPutBack(camera: Camera, say: Say): Promise<void> {
  const { page, take } = camera
  say('put-back')
  await go(page, '/hosts')
  await see(page, /was put back to an older state/, 60_000)
  await take('trouble-put-back-hosts')
  await openHost(camera, 'memory2')
  await take('trouble-put-back-host')
  await control(page, 'button', 'As this panel has it…').click()
  await dialog(page)
  await take('trouble-put-back-dialog')
  await leave(page)
}

async function photographOtherServers(camera: Camera, say: Say): Promise<void> {
  const { page, take } = camera
  say('other-servers')
  await go(page, '/hosts')
  await see(page, /is another server than before/, 60_000)
  await take('trouble-servers-hosts')
  await openHost(camera, 'memory3')
  await take('trouble-servers-replaced')
  await openHost(camera, 'memory4')
  await take('trouble-servers-copy')
}

import { tenantPorts } from '../../hosts/sweep.ts'
import { fillCache, useCache as startUse } from '../../main/journey/cache-load.ts'
import { control, go, putAwayToasts, row, see } from './find.ts'
import type { Stage } from './stage.ts'

const items = [38_000, 61_000, 9_000] as const
/** Reads ask for more than was written, so that there are misses. */
const asked = [39_000, 83_000, 9_100] as const
const connections = [6, 11, 2] as const

/** Three tenants whose caches are in use. The page shows that there are none yet. */
export async function photographThreeTenants(stage: Stage): Promise<void> {
  await makeTenants(stage)
  const put = await fillCaches(stage)
  await photographTable(stage)
  await photographTenant(stage)
  await photographHosts(stage)
  await photographActivity(stage)
  await photographTheRest(stage)
  await put()
  await photographUnreachable(stage)
}

async function makeTenants({ camera, laptop, app, client }: Stage): Promise<void> {
  const { page, take } = camera
  await control(page, 'button', 'New tenant').click()
  await page.getByLabel('Name').fill('acme')
  await take('new-tenant')
  await page.getByText('More', { exact: true }).click()
  const allow = `${client.address4} = web servers\n203.0.113.64/26 = office\n2001:db8:c:1::/64 = web servers`
  await page.getByLabel('Allowed addresses').fill(allow)
  await page.getByText('4 billion billion').or(page.getByText('office')).first().waitFor()
  await take('new-tenant-more')
  await control(page, 'button', 'Create').click()
  await see(page, 'acme is ready', 60_000)
  const tenant = (...words: readonly string[]) => laptop.run(process.execPath, app.cli, 'tenant', ...words)
  const mine = `${client.address4}=workers`
  await tenant(
    'create',
    'northwind-shop',
    '--memory',
    '128',
    '--allow',
    mine,
    '--allow',
    '192.0.2.0/24=warehouse',
  )
  await tenant('create', 'thisis@cs50.com', '--memory', '64', '--allow', mine)
  await tenant('annotate', 'acme', '--tag', 'production', '--notes', 'Call Jo before a restart: +1 555 0100.')
  await tenant('annotate', 'northwind-shop', '--tag', 'production', '--tag', 'eu')
  await tenant('annotate', 'thisis@cs50.com', '--tag', 'trial')
}

/** Fills the caches and reads from them, then keeps a few connections open. @returns what closes these */
async function fillCaches({ host, client }: Stage): Promise<() => Promise<void>> {
  const held: { kill(): Promise<void> }[] = []
  for (const [index, count] of items.entries()) {
    const port = tenantPorts.from + index
    await fillCache(client, host.address4, port, count)
    const use = await startUse(client, host.address4, port, asked[index] ?? count)
    await use.more()
    await use.stop()
    const program = `import socket,sys
held = [socket.create_connection((sys.argv[1], int(sys.argv[2]))) for _ in range(int(sys.argv[3]))]
sys.stdin.read()`
    const words = [host.address4, String(port), String(connections[index])]
    held.push(await client.spawn(['/usr/bin/python3', '-IS', '-c', program, ...words]))
  }
  return async () => {
    for (const each of held) await each.kill()
  }
}

async function photographTable({ camera }: Stage): Promise<void> {
  const { page, take } = camera
  await putAwayToasts(page)
  await row(page, 'thisis@cs50.com')
    .getByText(/[\d.]+ %/)
    .first()
    .waitFor({ timeout: 60_000 })
  await take('tenants-3')
  for (const name of ['acme', 'northwind-shop']) await row(page, name).getByRole('checkbox').click()
  await take('tenants-3-selected')
  await control(page, 'button', 'Clear').click()
  await row(page, 'acme').getByRole('button', { name: 'Actions for acme' }).click()
  await page.getByRole('menu').waitFor()
  await take('tenants-3-menu')
  await page.keyboard.press('Escape')
}

async function photographTenant({ camera }: Stage): Promise<void> {
  const { page, take } = camera
  await page.getByRole('link', { name: 'acme', exact: true }).click()
  await see(page, 'Allowed addresses')
  await see(page, /sets a value, reads it/)
  await see(page, /[\d.]+ %/)
  await take('tenant')
  for (const tab of ['Activity', 'Logs', 'Settings']) {
    await control(page, 'tab', tab).click()
    await page.waitForTimeout(1_000)
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
  await see(page, 'This opens the cache to everybody')
  await take('tenant-anyone')
  await field.fill('')
  await control(page, 'button', 'Hand over…').click()
  await page.getByLabel('Text for the tenant').waitFor()
  await take('tenant-hand-over')
  await page.keyboard.press('Escape')
  await control(page, 'button', 'More actions').click()
  await page.getByRole('menu').waitFor()
  await take('tenant-menu')
  await control(page, 'menuitem', /^Resize/).click()
  await page.getByRole('dialog').getByText('Size of acme').waitFor()
  await take('tenant-resize')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await control(page, 'button', 'More actions').click()
  await control(page, 'menuitem', /^Delete/).click()
  await see(page, 'Delete acme?')
  await page.getByLabel('Type acme to confirm').fill('acm')
  await take('tenant-delete')
  await page.keyboard.press('Escape')
}

async function photographHosts({ camera, host }: Stage): Promise<void> {
  const { page, take } = camera
  await go(page, '/hosts')
  await see(page, 'Promised')
  await page.waitForTimeout(1_500)
  await take('hosts-1')
  await page.getByRole('main').getByRole('link', { name: host.name, exact: true }).click()
  await see(page, 'How it is used')
  await page.getByText('Looking').waitFor({ state: 'hidden' })
  await take('host')
  await go(page, '/hosts/new')
  await see(page, 'From your SSH configuration')
  await take('add-host')
}

/** One that is done is open, and one is under way. */
async function photographActivity({ camera, laptop, app, host }: Stage): Promise<void> {
  const { page, take } = camera
  await go(page, '/activity')
  await page.getByRole('button', { name: /Create tenant acme/ }).click()
  await take('activity')
  await host.pauseDocker()
  const creating = laptop.run(process.execPath, app.cli, 'tenant', 'create', 'harbour-cafe', '--memory', '64')
  creating.catch(() => {})
  const running = page.getByRole('button', { name: /Create tenant harbour-cafe/ })
  await running.waitFor()
  await running.click()
  await take('activity-running')
  await go(page, '/tenants')
  await row(page, 'harbour-cafe').waitFor()
  await take('tenants-creating')
  await host.resumeDocker()
  await creating
  await laptop.run(process.execPath, app.cli, 'tenant', 'delete', 'harbour-cafe', '--yes')
  await row(page, 'harbour-cafe').waitFor({ state: 'hidden' })
}

async function photographTheRest({ camera }: Stage): Promise<void> {
  const { page, take } = camera
  await go(page, '/settings')
  await see(page, 'This program')
  await take('settings')
  await go(page, '/tenants')
  await row(page, 'acme').waitFor()
  await page.keyboard.press('Control+k')
  await page.getByLabel('Find an action or a tenant').waitFor()
  await take('palette')
  await page.keyboard.type('acm')
  await take('palette-found')
  await page.keyboard.press('Escape')
}

async function photographUnreachable({ camera, host }: Stage): Promise<void> {
  const { page, take } = camera
  await host.stopSsh()
  await host.cutSsh()
  await row(page, 'acme').getByText('Unknown').waitFor({ timeout: 60_000 })
  await take('tenants-3-unreachable')
  await page.getByRole('link', { name: 'acme', exact: true }).click()
  await see(page, 'Allowed addresses')
  await page.waitForTimeout(1_000)
  await take('tenant-unreachable')
  await go(page, '/hosts')
  await page.waitForTimeout(1_000)
  await take('hosts-unreachable')
  await page.getByRole('main').getByRole('link', { name: host.name, exact: true }).click()
  await see(page, 'How it is used')
  await control(page, 'button', 'Details').waitFor({ timeout: 60_000 })
  await take('host-unreachable')
  await host.startSsh()
}

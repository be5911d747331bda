import { tenantPorts } from '../../hosts/sweep.ts'
import { fillCache, useCache as startUse } from '../../main/journey/cache-load.ts'
import { control, see } from './find.ts'
import type { Stage } from './stage.ts'

const items = [38_000, 61_000, 9_000] as const
/** Reads ask for more than was written, so that there are misses. */
const asked = [39_000, 83_000, 9_100] as const
const connections = [6, 11, 2] as const

/** The first tenant by the page, which shows that there are none yet; the others by the command line. */
export async function makeTenants({ camera, laptop, app, client }: Stage): Promise<void> {
  const { page, take } = camera
  await control(page, 'button', 'New tenant').click()
  await page.getByLabel('Name').fill('acme')
  await take('new-tenant')
  await page.getByText('More', { exact: true }).click()
  const allow = `${client.address4} = web servers\n203.0.113.64/26 = office\n2001:db8:c:1::/64 = web servers`
  await page.getByLabel('Allowed addresses').fill(allow)
  await see(page, '64 addresses')
  await take('new-tenant-more')
  await control(page, 'button', 'Create').click()
  await see(page, 'acme is ready', 60_000)
  await take('notice-ready')
  const tenant = (...words: readonly string[]) => laptop.run(process.execPath, app.cli, 'tenant', ...words)
  const mine = ['--allow', `${client.address4}=workers`]
  const other = ['--allow', '192.0.2.0/24=warehouse']
  await tenant('create', 'northwind-shop', '--memory', '128', ...mine, ...other)
  await tenant('create', 'thisis@cs50.com', '--memory', '64', ...mine)
  await tenant('annotate', 'acme', '--tag', 'production', '--notes', 'Call Jo before a restart: +1 555 0100.')
  await tenant('annotate', 'northwind-shop', '--tag', 'production', '--tag', 'eu')
  await tenant('annotate', 'thisis@cs50.com', '--tag', 'trial')
}

/** Fills the caches and reads from them, then keeps a few connections open. @returns what closes these */
export async function fillCaches({ host, client }: Stage): Promise<() => Promise<void>> {
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

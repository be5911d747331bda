/**
 * One build's part of the benchmark `list`: a server and a panel. It depends on nothing but parts that every build since
 * b696e63 has, so that it can be copied into an older checkout.
 *
 * argv: the number of tenants on the server. Prints `ready`; then for each line of standard input the milliseconds that
 * `memharbor tenant list` takes, as a program that asks the server.
 */
import { createInterface } from 'node:readline'
import { execa } from 'execa'
import { createTenant } from '../test/main/panel.ts'
import { awaitNoHelper, loadManyTenants } from './many-tenants.ts'
import { startPanelHost } from './panel-host.ts'

const count = Number(process.argv[2])
const panelHost = await startPanelHost('bench')
try {
  await createTenant(panelHost.panel, { name: 'acme' })
  await panelHost.reopen(async () => {
    await awaitNoHelper(panelHost.host)
    await loadManyTenants(panelHost.host, count)
  })
  // The first change takes in what came from elsewhere.
  await panelHost.panel.client.tenant.allow({ name: 'acme', entries: [{ cidr: '203.0.113.7' }] })
  await panelHost.reopen(async () => {
    const { length } = JSON.parse((await list('--json')).text)
    if (length !== count) throw new Error(`${length} of ${count} tenants are listed`)
    process.stdout.write('ready\n')
    for await (const _ of createInterface(process.stdin)) process.stdout.write(`${(await list()).tookMs}\n`)
  })
} finally {
  await panelHost.stop()
}
process.exit(0)

async function list(...words: string[]): Promise<{ tookMs: number; text: string }> {
  const began = performance.now()
  const { dataDir } = panelHost.panel
  const { stdout } = await execa(process.execPath, [
    'out/main/cli.js',
    'tenant',
    'list',
    '--data',
    dataDir,
    ...words,
  ])
  return { tookMs: performance.now() - began, text: stdout }
}

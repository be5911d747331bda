/**
 * One build's part of the benchmark `list`: a server and a panel. It depends on nothing but parts that every build since
 * b696e63 has, so that it can be copied into an older checkout.
 *
 * argv: the number of tenants on the server. Prints `ready`; then for each line of standard input the milliseconds that a
 * list takes, which asks the server: `program` is `memharbor tenant list` alone, `panel` the same through a panel that is
 * open, `call` what that panel does for it, and with `cpu-` before it the processor time of that panel.
 */
import { createInterface } from 'node:readline'
import { createRouterClient } from '@orpc/server'
import { execa } from 'execa'
import { openPanel } from '../src/main/open-panel.ts'
import { router } from '../src/main/router.ts'
import { createTenant } from '../test/main/panel.ts'
import { awaitNoHelper, loadManyTenants } from './many-tenants.ts'
import { startPanelHost } from './panel-host.ts'

const count = Number(process.argv[2])
const panelHost = await startPanelHost('bench')
const { dataDir } = panelHost.panel
try {
  await createTenant(panelHost.panel, { name: 'acme' })
  await panelHost.reopen(async () => {
    await awaitNoHelper(panelHost.host)
    await loadManyTenants(panelHost.host, count)
  })
  // The first change takes in what came from elsewhere.
  await panelHost.panel.client.tenant.allow({ name: 'acme', entries: [{ cidr: '203.0.113.7' }] })
  await panelHost.reopen(async () => {
    const { length } = JSON.parse((await runList('--json')).text)
    if (length !== count) throw new Error(`${length} of ${count} tenants are listed`)
    process.stdout.write(`ready ${dataDir}\n`)
    for await (const way of createInterface(process.stdin)) process.stdout.write(`${await measure(way)}\n`)
  })
} finally {
  await panelHost.stop()
}
process.exit(0)

async function measure(way: string): Promise<number> {
  if (way === 'program') return (await runList()).tookMs
  const panel = await openPanel(dataDir)
  try {
    const client = createRouterClient(router, { context: panel.context })
    await client.tenant.list({ mayAsk: false })
    if (way === 'panel') return (await runList()).tookMs
    const [began, before] = [performance.now(), process.cpuUsage()]
    await client.tenant.list({ mayAsk: false })
    if (way === 'call') return performance.now() - began
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  } finally {
    await panel.close()
  }
}

async function runList(...words: string[]): Promise<{ tookMs: number; text: string }> {
  const began = performance.now()
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

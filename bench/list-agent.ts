/**
 * One build's part of the benchmark `list`: a server and a panel. It depends on nothing but parts that every build since
 * b696e63 has, so that it can be copied into an older checkout.
 *
 * argv: the number of tenants on the server. Prints `ready`; then for each line of standard input the milliseconds that a
 * list of all tenants takes in an open panel.
 */
import { createInterface } from 'node:readline'
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
  const { length } = await panelHost.panel.client.tenant.list({})
  if (length !== count) throw new Error(`${length} of ${count} tenants are listed`)
  process.stdout.write('ready\n')
  for await (const _ of createInterface(process.stdin)) process.stdout.write(`${await list()}\n`)
} finally {
  await panelHost.stop()
}
process.exit(0)

async function list(): Promise<number> {
  const began = performance.now()
  await panelHost.panel.client.tenant.list({})
  return performance.now() - began
}

/**
 * One build's part of the benchmark `revoke`: a server, a panel and a client's computer of its own. It depends on nothing
 * but parts that every build since b696e63 has, so that it can be copied into an older checkout.
 *
 * argv: the number of tenants on the server. Prints `ready`; then for each line of standard input the milliseconds from
 * the call to the first packet that is dropped: after `quiet` with nothing else under way, after `look` while the whole
 * server is looked at, after `busy` beside a program that only counts, as far behind as a look is; and `overtaken` where
 * that ended first.
 */
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { until } from '../test/hosts/condition.ts'
import type { Running } from '../test/hosts/running.ts'
import { createTenant } from '../test/main/panel.ts'
import { awaitNoHelper, loadManyTenants } from './many-tenants.ts'
import { type PanelHost, startPanelHost } from './panel-host.ts'
import watchPort from './watch-port.py?raw'

/** The helper reads the kernel from then on: it has started and copied its records, in milliseconds. */
const lookBeginsMs = 400

/** A client that knocks every half millisecond takes most of a processor, which a server of two has not to spare. */
const watchSlowly = watchPort.replace('time.sleep(0.0005)', 'time.sleep(0.003)')

const count = Number(process.argv[2])
const panelHost = await startPanelHost('bench')
try {
  const { port } = await createTenant(panelHost.panel, { name: 'acme' })
  if (count > 1)
    await panelHost.reopen(async () => {
      await awaitNoHelper(panelHost.host)
      await loadManyTenants(panelHost.host, count)
    })
  const { client, host } = panelHost
  const watch = ['/usr/bin/python3', '-IS', '-uc', watchSlowly, host.address4, String(port)]
  const watcher = await client.spawn(watch)
  // The first change takes in what came from elsewhere.
  await measureRevoke(panelHost, watcher, 'quiet')
  process.stdout.write('ready\n')
  for await (const line of createInterface(process.stdin))
    process.stdout.write(`${await measureRevoke(panelHost, watcher, line)}\n`)
  await watcher.kill()
} finally {
  await panelHost.stop()
}
process.exit(0)

async function beginBeside(way: string): Promise<unknown> {
  const { panel, host } = panelHost
  if (way === 'look') return panel.client.host.check({ name: host.name })
  if (way === 'busy') return host.exec(['chrt', '-i', '0', 'timeout', '1', 'sh', '-c', 'while :; do :; done'])
  return undefined
}

async function measureRevoke({ panel, client }: PanelHost, watcher: Running, way: string): Promise<string> {
  await panel.client.tenant.allow({ name: 'acme', entries: [{ cidr: client.address4 }] })
  const seen = (await watcher.output()).length
  const rest = async (): Promise<string> => (await watcher.output()).slice(seen)
  await watcher.write('closed\n')
  await until('the client watches', async () => (await rest()).startsWith('watching\n'))
  let isOver = false
  const ended = beginBeside(way).then(() => {
    isOver = true
  })
  await pause(way === 'quiet' ? 10 : lookBeginsMs)
  const wasOver = isOver
  const began = process.hrtime.bigint()
  await panel.client.tenant.revoke({ name: 'acme', cidrs: [client.address4] })
  await until('the client has seen it', async () => (await rest()).split('\n').length === 3)
  await ended
  if (way !== 'quiet' && wasOver) return 'overtaken'
  return String(Number(BigInt((await rest()).split('\n')[1] ?? '') - began) / 1e6)
}

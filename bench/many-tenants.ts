import { until } from '../test/hosts/condition.ts'
import type { HostNamespace } from '../test/hosts/host.ts'
import { writeHostFile } from '../test/hosts/host-files.ts'

const stateFile = '/var/lib/memharbor/state.json'
const helper = '/usr/local/sbin/memharbor-host'

/** Until the last session has ended, which makes the state file whole. */
export async function awaitNoHelper(host: HostNamespace): Promise<void> {
  const running = ['pgrep', '-fx', `/usr/bin/python3 -IS ${helper}`]
  await until('no helper runs', async () => (await host.exec(running)).status === 1)
}

interface State {
  readonly revision: number
  readonly tenants: Readonly<Record<string, { readonly port: number }>>
}

/**
 * Fills a host's state file up to `count` tenants of four entries each, in three prefix lengths, by hand, and lets the
 * helper restore the filter from it. No panel may be connected. None of them has a container.
 */
export async function loadManyTenants(host: HostNamespace, count: number): Promise<void> {
  const read = await host.exec(['cat', stateFile])
  const state = JSON.parse(read.stdout) as State
  const taken = new Set(Object.values(state.tenants).map(({ port }) => port))
  const ports = Array.from({ length: 10_000 }, (_, index) => 20_000 + index).filter(
    (port) => !taken.has(port),
  )
  const added = ports.slice(0, count - taken.size).map((port) => [`many${port}`, renderTenant(port)] as const)
  const tenants = { ...state.tenants, ...Object.fromEntries(added) }
  await writeHostFile(host.namespace, stateFile, JSON.stringify({ ...state, tenants }), { mode: '600' })
  const restored = await host.exec([helper])
  if (restored.status !== 0) throw new Error(`the filter could not be restored: ${restored.stderr}`)
  const listed = await host.exec(['ipset', 'list', '-t', 'mh4'])
  const entries = Number(/Number of entries: (\d+)/.exec(listed.stdout)?.[1])
  if (!(entries >= 4 * added.length)) throw new Error(`the set holds only ${entries} entries`)
}

/** Single addresses, a /24 and a /20, as offices and cloud providers have them. */
function renderTenant(port: number) {
  const number = port - 20_000
  const [high, low] = [number >> 8, number & 255]
  const cidrs = [
    `10.${high}.${low}.1/32`,
    `10.${high}.${low}.2/32`,
    `172.16.${low}.0/24`,
    `100.64.${(high & 15) << 4}.0/20`,
  ]
  return {
    id: `many${port}`,
    name: `many-${port}`,
    memoryMb: 64,
    maxConnections: 100,
    limitMb: 1,
    notes: '',
    createdAt: '2026-11-20T08:00:00.000Z',
    port,
    network: 2 + Math.floor(number / 500),
    open: true,
    allow: cidrs.map((cidr) => ({ cidr, label: 'office' })),
    revision: 2,
  }
}

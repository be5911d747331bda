import type { HostFacts as HostFactsView } from '../contract/host.ts'
import { judgeHelperVersion } from './helper-version.ts'
import type { DockerFacts, HostFacts, Observed } from './host-observation.ts'
import type { PortRange } from './port-range.ts'
import type { SeenContainer } from './seen-container.ts'
import { containerLimitMb, reservedMb } from './sizing.ts'

/** The tenants of a host as it remembers them, or the store in its place. */
export interface HostRecord {
  readonly range: PortRange
  readonly tenants: readonly { readonly port: number | null; readonly memoryMb: number }[]
  /** Ports that were released lately. */
  readonly released: readonly number[]
  /** Never promised; null: what this panel would keep back. */
  readonly reservedMb: number | null
}

/** Memory as the ledgers count it when they decide whether a further tenant fits, and as Linux counts what is in use. */
export function countMemory(
  record: HostRecord,
  facts: Observed<HostFacts>,
  docker: Observed<DockerFacts>,
): HostFactsView['memory'] {
  const promisedMb = record.tenants.reduce((sum, { memoryMb }) => sum + containerLimitMb(memoryMb), 0)
  const seen = facts.kind === 'ok' ? facts.value : null
  const totalMb = seen?.memTotalMb ?? (docker.kind === 'ok' ? docker.value.memTotalMb : null)
  const keptMb = record.reservedMb ?? (totalMb === null ? 0 : reservedMb(totalMb))
  return {
    totalMb,
    promisedMb,
    promisableMb: totalMb === null ? null : Math.max(0, totalMb - keptMb - promisedMb),
    usedMb: seen === null ? null : seen.memTotalMb - seen.memAvailableMb,
    freeMb: seen?.memAvailableMb ?? null,
  }
}

/** How many ports of the range have a tenant, and how many rest after their release. */
export function countPorts({ range, tenants, released }: HostRecord): HostFactsView['ports'] {
  const inRange = (port: number | null): port is number =>
    port !== null && port >= range.from && port <= range.to
  const taken = new Set(tenants.map(({ port }) => port).filter(inRange))
  const resting = new Set(released.filter((port) => inRange(port) && !taken.has(port)))
  return { ...range, taken: taken.size, keptBack: resting.size }
}

/** How many tenants run and how many do not; one that only the record or only Docker knows is there too. */
export function countTenants(
  { tenants }: HostRecord,
  containers: Observed<ReadonlyMap<string, SeenContainer>>,
): HostFactsView['tenants'] {
  if (containers.kind === 'failed') return { running: null, other: null }
  const states = [...containers.value.values()]
  const running = states.filter(({ state }) => state === 'running').length
  return { running, other: Math.max(states.length, tenants.length) - running }
}

/**
 * System and programs of a host with their versions, as far as they are known, the most basic first.
 * @param brings the version of the helper that this panel brings
 */
export function listVersions(
  facts: Observed<HostFacts>,
  docker: Observed<DockerFacts>,
  brings: string,
): HostFactsView['versions'] {
  const seen = facts.kind === 'ok' ? facts.value : null
  const engine = docker.kind === 'ok' ? docker.value : null
  const versions: [name: string, version: string | undefined][] = [
    ['System', seen?.osName],
    ['Linux', seen?.kernel],
    ['Docker', engine?.version],
    ['memcached', engine?.image?.memcached],
    ['Helper', renderHelper(seen?.helper?.version, brings)],
    ['iptables', seen?.iptables == null ? undefined : `${seen.iptables.version} (${seen.iptables.backend})`],
  ]
  return versions.flatMap(([name, version]) => (version === undefined ? [] : [{ name, version }]))
}

/** `1.2.0`, or `1.2.0, older than 1.3.0: prepare the host` where it waits for the one that this panel brings. */
function renderHelper(version: string | undefined, brings: string): string | undefined {
  if (version === undefined || judgeHelperVersion(version, brings) !== 'older') return version
  return `${version}, older than ${brings}: prepare the host`
}

/** How a host is reached, in a sentence. `jumps` are the servers in between, as they are called. */
export function describeLink(
  link: { readonly kind: 'ssh' | 'socket'; readonly docker: 'stream-local' | 'dial-stdio' | 'socket' },
  jumps: readonly string[],
): string {
  if (link.kind === 'socket') return "By this computer's own Docker socket."
  const through = jumps.length === 0 ? '' : ` through ${jumps.join(' and ')}`
  const docker =
    link.docker === 'dial-stdio'
      ? 'Docker by `docker system dial-stdio`, because the server forbids stream-local forwarding'
      : 'Docker by a forwarded socket'
  return `By one SSH connection${through}; ${docker}.`
}

import { z } from 'zod'
import observeScript from '../../../../resources/host/observe.py?raw'
import { usualEphemeral } from '../../../core/host/own-ports.ts'
import type { HostFacts } from '../../../domain/host-observation.ts'
import { fail } from '../../../domain/problem-error.ts'
import { listOf } from '../foreign-list.ts'
import { mark, words } from '../foreign-text.ts'
import { renderForeignText } from '../limit.ts'
import type { CallOptions, Link } from '../link.ts'

const count = z.int().nonnegative()
const port = z.int().min(0).max(65_535)
const address = z.union([z.ipv4(), z.ipv6()])
const ports = z.object({ from: port, to: port })
/** More than observe.py tells. */
const mostRoutes = 4_000

const unit = z.object({ load: words, active: words, result: words })

/** The output of resources/host/observe.py: facts seen by the ordinary user, changed by nobody. */
const observation = z.object({
  v: z.literal(1),
  system: z.object({
    id: words,
    version: words,
    name: words,
    kernel: words,
    arch: words,
    python: words,
    systemd: z.boolean(),
    bootId: z
      .string()
      .regex(/^[0-9a-f-]{36}$/)
      .nullable(),
  }),
  user: z.object({ name: words, uid: count, shell: words.nullable(), groups: listOf(words) }),
  docker: z.object({
    program: words.nullable(),
    daemon: words.nullable(),
    /** `denied`: not in the docker group; `refused`: no daemon behind the socket; `absent`: no socket. */
    access: z.enum(['ok', 'denied', 'refused', 'absent']),
    snap: z.boolean(),
    podman: z.enum(['socket', 'program']).nullable(),
    rootless: z.boolean(),
    containerd: z.boolean(),
    units: z
      .object({
        'docker.service': unit,
        'docker.socket': unit,
        'containerd.service': unit,
        'memharbor-firewall.service': unit,
      })
      .nullable(),
    userlandProxy: z.boolean(),
    iptables: z.boolean(),
  }),
  filter: z.object({
    iptables: words.nullable(),
    backend: z.enum(['nft', 'legacy']).nullable(),
    ip6tables: z.boolean(),
    ipset: z.boolean(),
    ss: z.boolean(),
    nft: z.boolean(),
    nftablesEnabled: z.boolean(),
    ufwActive: z.boolean(),
    firewalldActive: z.boolean(),
    bridgeCallsIptables: z.boolean().nullable(),
    saved: listOf(z.object({ path: mark, line: count }), 100),
  }),
  helper: z.object({
    present: z.boolean(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullable(),
    version: words.nullable(),
  }),
  memory: z.object({ totalMb: count, availableMb: count }),
  network: z.object({
    addresses: z.object({ v4: listOf(z.ipv4()), v6: listOf(z.ipv6()) }),
    /** The address the host speaks from by its default route. */
    source: z.object({ v4: z.ipv4().nullable(), v6: z.ipv6().nullable() }),
    ssh: z.object({ peer: mark, local: mark }).nullable(),
    interfaces: listOf(z.object({ device: words, address: z.ipv4(), prefix: z.int().min(0).max(32) })),
    /** Null: `ip` did not tell them, or in words that are not known. */
    routes: listOf(
      z.object({ to: z.cidrv4(), device: words.nullable(), via: address.nullable(), table: words }),
      mostRoutes,
    )
      .nullable()
      .catch(null),
    ways: listOf(z.object({ bridge: words, device: words.nullable() })),
    ephemeral: ports.nullable(),
    reserved: listOf(ports),
    forwards: z.boolean().nullable(),
    conntrack: z.object({ count, most: count }).nullable(),
    listeners: listOf(z.object({ address, port })),
  }),
  memcached: z.object({ version: words.nullable() }),
  leftovers: z.object({ policy: z.boolean() }),
})

export type HostObservationText = z.infer<typeof observation>

/** Characters; a host with a thousand listeners prints 50,000. */
const longestText = 1024 * 1024

/** The output of observe.py, or null for anything else: what a host says is not to be trusted. */
export function parseObservation(text: string): HostObservationText | null {
  if (text.length > longestText) return null
  try {
    const parsed = observation.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/** The facts that the rest of the panel works with. The address that the host speaks from comes first. */
export function toHostFacts(seen: HostObservationText): HostFacts {
  const { system, user, docker, filter, helper, memory, network, memcached, leftovers } = seen
  return {
    osName: system.name,
    kernel: system.kernel,
    user: user.name,
    uid: user.uid,
    shell: user.shell,
    // A program alone is one of another server's, or Podman's.
    dockerProgram: docker.daemon !== null || docker.snap || ['ok', 'denied'].includes(docker.access),
    podman: docker.podman,
    ownDocker: docker.rootless,
    snapDocker: docker.snap && docker.daemon === null,
    dockerUnits:
      docker.units === null
        ? null
        : {
            service: docker.units['docker.service'],
            socket: docker.units['docker.socket'],
            containerd: docker.units['containerd.service'],
            containerdRuns: docker.containerd,
            filter: docker.units['memharbor-firewall.service'],
          },
    iptables: parseIptables(filter.iptables, filter.backend),
    ipset: filter.ipset,
    systemd: system.systemd,
    bootId: system.bootId,
    nftablesService: filter.nftablesEnabled,
    // A file that cannot be read is there all the same; it counts as one that has to be put in place again.
    helper: helper.present ? { sha256: helper.sha256 ?? '', version: helper.version ?? '0.0.0' } : null,
    memTotalMb: memory.totalMb,
    memAvailableMb: memory.availableMb,
    ephemeral: network.ephemeral ?? usualEphemeral,
    reservedPorts: network.reserved,
    interfaces: network.interfaces,
    routes: network.routes,
    ways: network.ways,
    forwards: network.forwards,
    conntrack: network.conntrack,
    addresses4: firstOf(network.source.v4, network.addresses.v4),
    addresses6: firstOf(network.source.v6, network.addresses.v6),
    listeners: network.listeners,
    memcachedVersion: memcached.version,
    userlandProxy: docker.userlandProxy,
    dockerWritesRules: docker.iptables,
    saved: filter.saved,
    policyLeft: leftovers.policy,
  }
}

/** Sample: `iptables v1.8.9 (nf_tables)` */
function parseIptables(text: string | null, backend: string | null): HostFacts['iptables'] {
  if (text === null || backend === null) return null
  return { version: /v(\d[\d.]*)/.exec(text)?.[1] ?? 'unknown', backend }
}

const firstOf = (first: string | null, all: readonly string[]): string[] =>
  first !== null && all.includes(first) ? [first, ...all.filter((other) => other !== first)] : [...all]

/**
 * Looks at a host as the ordinary user.
 * @throws ProblemError COMMAND_FAILED when Python is missing or what it printed is not what was asked for; of the link
 */
export async function observeHostFacts(link: Link, host: string, options?: CallOptions): Promise<HostFacts> {
  const { status, stdout, stderr } = await link.run('observe', observeScript, options)
  const seen = parseObservation(stdout)
  if (seen !== null) return toHostFacts(seen)
  const said = renderForeignText(stderr.trim().split('\n').at(-1) ?? '')
  const reason =
    status === 127 ? 'python3 is not installed there' : said || 'its answer could not be understood'
  return fail({ code: 'COMMAND_FAILED', details: { host, command: 'observe', reason } })
}

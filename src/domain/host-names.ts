import ipaddr from 'ipaddr.js'

/** Everything of ours on a host carries this prefix, and nothing without it is touched. */
const prefix = 'memharbor'

/** The label that carries the tenant's id: what never changes, so that the host can rebuild the store. */
export const tenantLabel = 'io.memharbor.tenant'
/** The label with the version of what the labels mean. */
export const schemaLabel = 'io.memharbor.schema'
/**
 * How containers are made now: 1 had Docker's own list of system calls, 2 has that of `container-syscalls.ts`, 3 the
 * variable of `freed-memory.ts`, and as many descriptors beside those of the tenant's clients as memcached keeps for
 * itself and the panel needs, 4 begins with the file of `start-file.ts`.
 */
export const containerSchema = 4
/** The same where there is no such file: without a helper that writes it, and with an image that hides its memcached. */
export const filelessSchema = 3
/** From here on a container may ask for no name: its system calls are those of `container-syscalls.ts`. */
export const namelessSchema = 2
/** Of a container that no version makes so. */
export const foreignSchema = 0

/** How a container was made, by its labels; the first way where they do not say. */
export function readSchema(labels: Readonly<Record<string, string | undefined>> | null | undefined): number {
  const schema = Number(labels?.[schemaLabel] ?? 1)
  return Number.isInteger(schema) ? schema : 1
}
/** Marks networks and images that are ours. */
export const ownedLabel = 'io.memharbor.owned'
/** The label that an image carries with the version of memcached inside; the official image has it as a variable. */
export const versionLabel = 'io.memharbor.memcached'

/** The port memcached listens on inside its container. */
export const servicePort = 11211

export const containerName = (tenantId: string): string => `${prefix}-${tenantId}`
/** Of a container that is there for a moment, to see whether Docker can start one. */
export const trialName = (tenantId: string): string => `${prefix}-try-${tenantId}`

/** The prefix length of a tenant network: about 1,000 addresses for at most 500 tenants. */
const networkPrefix = 22
/** Networks of the widest supernet, a /8; each host has fewer. */
export const mostNetworks = 2 ** (networkPrefix - 8)

/** @param index from 1 to {@link mostNetworks}; Linux bridge names are at most 15 characters */
export const networkName = (index: number): string => `${prefix}-${index}`
/** Whether a network is named like one of tenants. */
export function isTenantNetwork(name: string): boolean {
  const index = Number(new RegExp(`^${prefix}-([1-9]\\d{0,4})$`).exec(name)?.[1])
  return index <= mostNetworks
}
/**
 * Whether a network with the label of ours is one of tenants: the filter guards a bridge by its name.
 * @param bridge as Docker's options of the network have it
 */
export const isGuardedNetwork = (name: string, bridge: string | undefined): boolean =>
  isTenantNetwork(name) && bridge === bridgeName(Number(name.slice(prefix.length + 1)))
export const bridgeName = (index: number): string => `mh${index}`

/** The tag under which a host keeps the image for new tenants, pulled by digest or made there; containers name its id. */
export const imageTag = `${prefix}/memcached:current`

/** The image to pull where a registry answers, resolved to a digest. Facts about security were read of this release. */
export const defaultImage = 'memcached:1.6.45'

/**
 * The subnet of tenant network `index` (from 1): the `index`-th /22 of the host's supernet.
 * @param supernet like `10.213.0.0/16`
 * @throws RangeError for an index that this supernet has no room for
 */
export function networkSubnet(supernet: string, index: number): { subnet: string; gateway: string } {
  const [base, prefixLength] = ipaddr.IPv4.parseCIDR(supernet)
  const most = 2 ** (networkPrefix - prefixLength)
  if (!Number.isInteger(index) || index < 1 || index > most)
    throw new RangeError(`network index ${index} is not in 1-${most}`)
  const [a = 0, b = 0, c = 0] = base.octets
  const third = (a * 256 + b) * 256 + c + (index - 1) * 4
  const start = [third >> 16, (third >> 8) & 255, third & 255].join('.')
  return { subnet: `${start}.0/${networkPrefix}`, gateway: `${start}.1` }
}

/** Where tenant networks may live; the first one that no address or route of the host touches is taken. */
export const supernetCandidates: readonly string[] = [
  '10.213.0.0/16',
  '10.214.0.0/16',
  '10.77.0.0/16',
  '172.30.0.0/16',
  '172.29.0.0/16',
]

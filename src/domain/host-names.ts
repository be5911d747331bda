/** Everything of ours on a host carries this prefix, and nothing without it is touched. */
const prefix = 'memharbor'

/** The label that carries the tenant's id: what never changes, so that the host can rebuild the store. */
export const tenantLabel = 'io.memharbor.tenant'
/** The label with the version of what the labels mean. */
export const schemaLabel = 'io.memharbor.schema'
/** How containers are made now: 1 had Docker's own list of system calls, 2 has that of `container-syscalls.ts`. */
export const containerSchema = 2

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

/** @param index from 1; Linux bridge names are at most 15 characters */
export const networkName = (index: number): string => `${prefix}-${index}`
/** Whether a network is named like one of tenants. */
export const isTenantNetwork = (name: string): boolean => new RegExp(`^${prefix}-[1-9]\\d?$`).test(name)
export const bridgeName = (index: number): string => `mh${index}`

/** The tag under which a host keeps the image for new tenants, pulled by digest or made there; containers name its id. */
export const imageTag = `${prefix}/memcached:current`

/** The image to pull where a registry answers, resolved to a digest. Facts about security were read of this release. */
export const defaultImage = 'memcached:1.6.45'

/**
 * The subnet of tenant network `index` (from 1): a /22, so about 1,000 addresses for at most 500 tenants, counted up
 * inside the host's /16, or whatever private network it has.
 * @param supernet like `10.213.0.0/16`
 */
export function networkSubnet(supernet: string, index: number): { subnet: string; gateway: string } {
  const [a = '', b = '', c = ''] = supernet.split('.')
  const third = Number(c) + (index - 1) * 4
  if (!Number.isInteger(index) || index < 1 || third > 252)
    throw new RangeError(`network index ${index} is not in 1-64`)
  return { subnet: `${a}.${b}.${third}.0/22`, gateway: `${a}.${b}.${third}.1` }
}

/** Where tenant networks may live; the first one that no address or route of the host touches is taken. */
export const supernetCandidates: readonly string[] = [
  '10.213.0.0/16',
  '10.214.0.0/16',
  '10.77.0.0/16',
  '172.30.0.0/16',
  '172.29.0.0/16',
]

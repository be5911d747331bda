import { isTenantNetwork, networkName, networkSubnet } from '../../domain/host-names.ts'
import type { DockerFacts, HostObservation } from '../../domain/host-observation.ts'
import { isSupernet } from '../../domain/supernet.ts'

/** Tenant networks that Docker has, by name, each with its subnet. */
export function listOwnSubnets({ docker }: Pick<HostObservation, 'docker'>): Map<string, string> {
  if (docker.kind === 'failed') return new Map()
  return subnetsOf(docker.value)
}

function subnetsOf({ subnets, networks }: DockerFacts): Map<string, string> {
  return new Map(
    subnets.filter(({ name }) => networks.includes(name)).map(({ name, subnet }) => [name, subnet]),
  )
}

/**
 * Where the tenant networks of a host are: as its helper has it, else as the first of them lies; null: nowhere yet.
 * A network that no helper would take counts as none.
 */
export function currentSupernet(seen: Pick<HostObservation, 'helper' | 'docker'>): string | null {
  const inForce = seen.helper.kind === 'ok' ? seen.helper.value.supernet : null
  if (inForce !== null) return isSupernet(inForce) ? inForce : null
  const first = listOwnSubnets(seen).get(networkName(1))
  // A supernet is a /16 unless somebody chose another, and begins with its first network.
  const usual = first?.replace(/\.0\/22$/, '.0/16')
  if (first === undefined || usual === undefined) return null
  return isSupernet(usual) ? usual : isSupernet(first) ? first : null
}

/** Whether a host has tenants, as far as its helper or its Docker knows. */
export function hasTenants({ helper, docker }: Pick<HostObservation, 'helper' | 'docker'>): boolean {
  const recorded = helper.kind === 'ok' ? helper.value.tenants : 0
  return recorded > 0 || (docker.kind === 'ok' && docker.value.tenants.length > 0)
}

/** The same, and where a helper is there that does not tell. */
export const mayHaveTenants = (seen: Pick<HostObservation, 'facts' | 'helper' | 'docker'>): boolean =>
  hasTenants(seen) ||
  (seen.helper.kind === 'failed' && seen.facts.kind === 'ok' && seen.facts.value.helper !== null)

/** Names of tenant networks that do not lie where they would in a supernet, and may go: with tenants none does. */
export function listLeavingNetworks(
  seen: Pick<HostObservation, 'facts' | 'helper' | 'docker'>,
  supernet: string,
): string[] {
  if (mayHaveTenants(seen)) return []
  return [...listOwnSubnets(seen)].flatMap(([name, subnet]) =>
    isTenantNetwork(name) && subnet !== subnetIn(supernet, name) ? [name] : [],
  )
}

/** Null: the supernet has no room for it. */
function subnetIn(supernet: string, name: string): string | null {
  try {
    return networkSubnet(supernet, Number(name.slice(name.lastIndexOf('-') + 1))).subnet
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

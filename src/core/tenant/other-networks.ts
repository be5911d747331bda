import type { CheckLine } from '../../contract/host.ts'
import { line } from '../../domain/check-line.ts'
import { isTenantNetwork } from '../../domain/host-names.ts'
import type { DockerFacts } from '../../domain/host-observation.ts'
import { listNames } from '../sentence/list-names.ts'
import { renderDisconnect } from './carrier.ts'

/** Containers that have a line each, at most; more are counted. */
const mostNamed = 10

/**
 * Of the networks of a tenant's container those that the filter does not guard. Nobody is reached by `none`.
 * @param isOurs by the name alone, unless the networks themselves were looked at
 */
export const listOtherNetworks = (
  networks: readonly string[],
  isOurs: (name: string) => boolean = isTenantNetwork,
): string[] => networks.filter((name) => name !== 'none' && !isOurs(name)).sort()

/**
 * How a tenant is reached past its allowlist by other networks, and what closes that.
 * @param container the name that its container has now
 */
export function describeOtherNetworks(
  container: string,
  networks: readonly string[],
): { readonly sentence: string; readonly advice: string } {
  const commands = networks.map((network) => renderDisconnect(network, container))
  const which = `${networks.length === 1 ? 'the network' : 'the networks'} ${listNames(networks)}`
  return {
    sentence: `Its container is also joined to ${which}: there it can still be reached, and reaches out, whatever the allowlist says and while it is suspended.`,
    advice: `Run on the host: ${listNames(commands)}.`,
  }
}

/**
 * Containers of tenants on other networks, and others on the networks of tenants.
 * @param names of tenants by id
 */
export function describeJoined(
  { elsewhere, guests }: Pick<DockerFacts, 'elsewhere' | 'guests'>,
  names: ReadonlyMap<string, string>,
): CheckLine[] {
  const more = elsewhere.length - mostNamed
  const rest = `${more} more tenants are joined to other networks.`
  return [
    ...elsewhere.slice(0, mostNamed).map(({ id, container, networks }) => {
      const { sentence, advice } = describeOtherNetworks(container, networks)
      return line('Isolation', 'bad', `${names.get(id) ?? id}: ${sentence}`, advice)
    }),
    ...(more > 0 ? [line('Isolation', 'bad', rest, '`memharbor tenant list` marks them.')] : []),
    ...guests
      .slice(0, mostNamed)
      .map(({ network, name }) =>
        line(
          'Isolation',
          'note',
          `Container ${name}, which is no tenant's, is joined to the tenant network ${network}, where the filter lets it reach nobody.`,
          `If that is not meant: ${renderDisconnect(network, name)}.`,
        ),
      ),
  ]
}

import type { StrangeContainer } from '../../contract/problem.ts'
import { listNames } from '../sentence/list-names.ts'
import { renderDisconnect, renderRename } from './carrier.ts'

/**
 * Beside the word that a tenant's port is closed: how its container is reached all the same, and why it can't be deleted.
 * @param container undefined: there is nothing strange about it; null: nobody could tell
 * @returns sentences with what to do, or nothing
 */
export function describeStrange(container: StrangeContainer | null | undefined): string {
  if (container === undefined) return ''
  if (container === null) return ' Whether another network leads to its container cannot be told.'
  const { name, own, networks } = container
  const commands = networks.map((network) => renderDisconnect(network, name))
  const by = `the ${networks.length === 1 ? 'network' : 'networks'} ${listNames(networks)}`
  return [
    ...(networks.length === 0 ? [] : [` It is still reached by ${by}: run ${listNames(commands)} there.`]),
    ...(name === own ? [] : [` Its container was renamed to ${name}: ${renderRename(name, own)} mends it.`]),
  ].join('')
}

/** Whether nobody gets in to the tenant at all: its port is closed, and no other network leads to it as far as is known. */
export const isShut = (container: StrangeContainer | null | undefined): boolean =>
  container === undefined || (container !== null && container.networks.length === 0)

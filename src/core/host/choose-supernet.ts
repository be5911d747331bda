import { supernetCandidates } from '../../domain/host-names.ts'
import type { HostObservation } from '../../domain/host-observation.ts'
import { fail } from '../../domain/problem-error.ts'
import { chooseSupernet, isSupernet, supernetForm } from '../../domain/supernet.ts'
import { doOverlap } from '../address/network4.ts'
import { listNames } from '../sentence/list-names.ts'
import { currentSupernet, mayHaveTenants } from './own-subnets.ts'
import { isInTheWay, listTakenNetworks, renderTaken, type TakenNetwork } from './taken-networks.ts'

/**
 * Where the tenant networks of a host are to be: where they are, with tenants and where nothing else is in the way; else
 * where the operator wants them, or where nothing else is.
 * @param wanted the operator's choice, in any form
 * @throws ProblemError SUPERNET_INVALID before anything is changed
 */
export function chooseNetwork(seen: HostObservation, wanted?: string): string {
  const { host } = seen
  const current = currentSupernet(seen)
  const stays = current !== null && mayHaveTenants(seen)
  if (stays && (wanted === undefined || wanted === current)) return current
  const taken = listTakenNetworks(seen)
  const free = findFree(seen, taken)
  const instead = free === undefined ? {} : { instead: free }
  const refuse = (supernet: string, reason: string, more: object = instead): never =>
    fail({ code: 'SUPERNET_INVALID', details: { host, supernet, reason, ...more } })
  if (wanted === undefined) {
    if (current !== null && !taken.some((each) => isInTheWay(current, each))) return current
    const first = supernetCandidates[0] ?? ''
    return free ?? refuse(first, `it overlaps ${listOverlaps(first, taken)}, and so do the other usual ones`)
  }
  if (!isSupernet(wanted)) return refuse(wanted, `it is no network of ${supernetForm}`)
  if (stays) {
    const more = { current }
    return refuse(wanted, `they are in ${current}, and do not move while there are tenants`, more)
  }
  return taken.some((each) => isInTheWay(wanted, each))
    ? refuse(wanted, `it overlaps ${listOverlaps(wanted, taken)}`)
    : wanted
}

function findFree({ facts, docker }: HostObservation, taken: readonly TakenNetwork[]): string | undefined {
  const addresses = facts.kind === 'ok' ? facts.value.addresses4 : []
  const pools = docker.kind === 'ok' ? docker.value.pools : []
  return chooseSupernet([...addresses, ...taken.map(({ network }) => network)], pools)
}

/** Of several the nearest ones: a sentence has room for two. */
function listOverlaps(supernet: string, taken: readonly TakenNetwork[]): string {
  const all = taken.filter(({ network }) => doOverlap(supernet, network))
  const near = all.filter((each) => isInTheWay(supernet, each))
  const named = near.length > 0 ? near : all
  return listNames(named.slice(0, 2).map(renderTaken), Math.max(0, named.length - 2))
}

import type { CheckLine } from '../../contract/host.ts'
import { line } from '../../domain/check-line.ts'
import type { HostObservation } from '../../domain/host-observation.ts'
import { doOverlap, isInside } from '../address/network4.ts'
import { listNames } from '../sentence/list-names.ts'
import { currentSupernet, hasTenants, listOwnSubnets } from './own-subnets.ts'
import { isInPool, isInTheWay, listTakenNetworks, renderRoute, type TakenNetwork } from './taken-networks.ts'

/** The subject of these lines. */
export const takenSubject = 'Tenant networks'
/** Lines of one host at most. */
const mostNamed = 5

/** Networks of others that came into the tenants' one, by whatever way: each is told with what to do. */
export function describeTaken(seen: HostObservation): CheckLine[] {
  const supernet = currentSupernet(seen)
  if (supernet === null) return []
  const subnets = listOwnSubnets(seen)
  const all = listTakenNetworks(seen).filter(({ network }) => doOverlap(supernet, network))
  const [near, wide] = [
    all.filter((each) => isInTheWay(supernet, each)),
    all.filter((each) => !isInTheWay(supernet, each)),
  ]
  const more = near.length - mostNamed
  return [
    ...describeAway(seen),
    ...near.slice(0, mostNamed).map((taken) => describeNear(seen, supernet, subnets, taken)),
    ...(more > 0 ? [line(takenSubject, 'bad', `${more} more networks of others are in ${supernet}.`)] : []),
    ...describeWide(supernet, wide),
    ...describePools(seen, supernet),
    ...describeUnread(seen),
  ]
}

/** A route out of a tenant network takes its packets away; a network beside it only loses its own. */
function describeNear(
  seen: HostObservation,
  supernet: string,
  subnets: ReadonlyMap<string, string>,
  taken: TakenNetwork,
): CheckLine {
  const hit = [...subnets].find(([, subnet]) => taken.kind !== 'docker' && isInside(taken.network, subnet))
  const what = renderSubject(taken)
  const sentence =
    hit === undefined
      ? `${what}${taken.network === supernet ? '' : `, in ${supernet}`}, which is kept for tenants: ${describeLoss(seen, taken)}.`
      : `${what}, which takes that out of the tenant network ${hit[0]} (${hit[1]}): clients do not reach tenants with these addresses.`
  return line(takenSubject, 'bad', sentence, advise(seen, taken))
}

function describeLoss({ helper }: HostObservation, { kind }: TakenNetwork): string {
  const isFiltered = helper.kind === 'ok'
  switch (kind) {
    case 'docker': {
      const lost = 'no tenant network can be made at that place'
      return isFiltered ? `${lost}, and the filter drops what other networks send to its containers` : lost
    }
    case 'interface':
    case 'route': {
      const lost = 'addresses that tenants have are not reached by it'
      return isFiltered ? `the filter drops what this server passes on to it, and ${lost}` : lost
    }
  }
}

function renderSubject(taken: TakenNetwork): string {
  switch (taken.kind) {
    case 'docker':
      return `The Docker network ${taken.name} has ${taken.network}`
    case 'interface':
      return `The interface ${taken.device} has ${taken.network}`
    case 'route':
      return `${capitalize(renderRoute(taken))} leads to ${taken.network}`
  }
}

const capitalize = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`

/** Without tenants preparing takes another network; with them only the other one can move. */
function advise(seen: HostObservation, taken: TakenNetwork): string {
  if (!hasTenants(seen)) return 'Prepare the host: it moves the tenant networks to another one.'
  const kept = 'those of tenants cannot change while there are any'
  switch (taken.kind) {
    case 'docker':
      return `Make that network again with another subnet (\`docker network create --subnet\`); ${kept}.`
    case 'interface':
    case 'route':
      return `Give that VPN or network other addresses, or take the route out; ${kept}.`
  }
}

function describeWide(supernet: string, wide: readonly TakenNetwork[]): CheckLine[] {
  if (wide.length === 0) return []
  const names = listNames(wide.map((each) => `${each.network}${describeWay(each)}`))
  const sentence = `${supernet} of the tenant networks is a part of ${names}: computers there with an address in ${supernet} may not be reached from this server, nor its tenants from them.`
  return [line(takenSubject, 'note', sentence)]
}

const describeWay = (taken: TakenNetwork): string =>
  taken.kind === 'route' && taken.device === null
    ? ''
    : taken.kind === 'docker'
      ? ` (${taken.name})`
      : ` (${taken.device})`

/** A rule of routing that asks another table first leads away whole networks. */
function describeAway({ facts }: HostObservation): CheckLine[] {
  if (facts.kind === 'failed') return []
  return facts.value.ways
    .filter(({ bridge, device }) => device !== bridge)
    .slice(0, mostNamed)
    .map(({ bridge, device }) => {
      const where = device === null ? 'nowhere' : `to ${device}`
      const sentence = `The server sends what is for the tenant network on ${bridge} ${where}: clients do not reach the tenants there.`
      const advice = `Look at \`ip rule\` and \`ip route show table all\` there, and take that network out of what ${device ?? 'it'} is for.`
      return line(takenSubject, 'bad', sentence, advice)
    })
}

function describePools({ docker }: HostObservation, supernet: string): CheckLine[] {
  if (docker.kind === 'failed') return []
  const pools = docker.value.pools.filter((pool) => isInPool(supernet, pool)).map(({ base }) => base)
  if (pools.length === 0) return []
  const sentence = `Docker gives networks without a subnet of their own one out of ${listNames(pools)}, which overlaps ${supernet} of the tenant networks: one that is made later may come to lie in it.`
  const advice = 'Change default-address-pools in /etc/docker/daemon.json there.'
  return [line(takenSubject, 'note', sentence, advice)]
}

function describeUnread({ facts }: HostObservation): CheckLine[] {
  if (facts.kind === 'failed' || facts.value.routes !== null) return []
  const sentence =
    'Whether routes of others lead into the tenant networks is not known: `ip` did not tell them.'
  return [
    line(takenSubject, 'note', sentence, 'Try `ip -j route show table all` there; its package is iproute2.'),
  ]
}

import type { DockerFacts, HostFacts, HostObservation } from '../../domain/host-observation.ts'
import { doOverlap, isInside, listAround, prefixOf, renderNetwork4 } from '../address/network4.ts'

/** An IPv4 route of any table of a host. */
export interface Route {
  /** A network, `10.8.0.0/24`. */
  readonly to: string
  /** Null: it leads nowhere, as a blackhole does. */
  readonly device: string | null
  readonly via: string | null
  readonly table: string
}

/** An IPv4 network that something other than tenants has on a host. */
export type TakenNetwork =
  | { readonly kind: 'docker'; readonly network: string; readonly name: string }
  | { readonly kind: 'interface'; readonly network: string; readonly device: string }
  | ({ readonly kind: 'route'; readonly network: string } & Omit<Route, 'to'>)

/** Networks from which Docker takes the next one that is made without a subnet, `size` being the prefix length of each. */
export interface AddressPool {
  readonly base: string
  readonly size: number
}

/** Bridges of tenant networks, as the helper takes them. */
const ownBridge = /^mh[1-9]\d{0,4}$/

/**
 * The networks of others than tenants, each once: a network of Docker's before the address of its bridge, and that before
 * the routes to it.
 */
export function listTakenNetworks({
  facts,
  docker,
}: Pick<HostObservation, 'facts' | 'docker'>): TakenNetwork[] {
  const byDocker = docker.kind === 'ok' ? listOfDocker(docker.value) : []
  if (facts.kind === 'failed') return byDocker
  const ofDocker = new Set(byDocker.map(({ network }) => network))
  const isOfDocker = (network: string): boolean => listAround(network).some((each) => ofDocker.has(each))
  const byInterface = listOfInterfaces(facts.value).filter(({ network }) => !isOfDocker(network))
  const ofInterfaces = new Set(byInterface.map(({ network, device }) => `${network} ${device}`))
  const isOfInterface = ({ network, device }: TakenRoute): boolean =>
    listAround(network).some((each) => ofInterfaces.has(`${each} ${device}`))
  const byRoute = listOfRoutes(facts.value).filter(
    (each) => !isOfDocker(each.network) && !isOfInterface(each),
  )
  return [...byDocker, ...byInterface, ...byRoute]
}

type TakenRoute = Extract<TakenNetwork, { kind: 'route' }>
type TakenInterface = Extract<TakenNetwork, { kind: 'interface' }>

const listOfDocker = ({ subnets, networks }: DockerFacts): TakenNetwork[] => {
  const ours = new Set(networks)
  return subnets
    .filter(({ name }) => !ours.has(name))
    .map(({ name, subnet }) => ({ kind: 'docker', name, network: subnet }))
}

const listOfInterfaces = ({ interfaces }: HostFacts): TakenInterface[] =>
  interfaces.flatMap(({ device, address, prefix }) => {
    const network = renderNetwork4(`${address}/${prefix}`)
    return network === null || ownBridge.test(device) ? [] : [{ kind: 'interface', device, network }]
  })

const listOfRoutes = ({ routes }: HostFacts): TakenRoute[] =>
  (routes ?? []).flatMap(({ to, device, via, table }) => {
    const network = renderNetwork4(to)
    if (network === null || (device !== null && ownBridge.test(device))) return []
    return [{ kind: 'route', network, device, via, table }]
  })

/**
 * Whether tenants and that network keep each other from working. A wider one only loses the part that tenants have, but
 * Docker makes no network inside of another.
 */
export const isInTheWay = (supernet: string, taken: TakenNetwork): boolean =>
  taken.kind === 'docker' ? doOverlap(supernet, taken.network) : isInside(taken.network, supernet)

/**
 * Whether Docker may give a part of the supernet to a network that somebody makes without naming a subnet. From a pool of
 * wider ones it takes none, because the first tenant network is in the way.
 */
export function isInPool(supernet: string, { base, size }: AddressPool): boolean {
  return doOverlap(supernet, base) && size > prefixOf(supernet)
}

/** Samples: `10.213.8.0/24 of the Docker network probe`, `10.213.0.0/16, to which a route by wg0 leads` */
export function renderTaken(taken: TakenNetwork): string {
  switch (taken.kind) {
    case 'docker':
      return `${taken.network} of the Docker network ${taken.name}`
    case 'interface':
      return `${taken.network} of the interface ${taken.device}`
    case 'route':
      return `${taken.network}, to which ${renderRoute(taken)} leads`
  }
}

/** Samples: `a route by wg0`, `a route by eth0 through 10.0.0.1 (table 52)` */
export function renderRoute({ device, via, table }: Omit<Route, 'to'>): string {
  const way = [...(device === null ? [] : [`by ${device}`]), ...(via === null ? [] : [`through ${via}`])]
  const where = table === 'main' || table === 'local' ? '' : ` (table ${table})`
  return `${way.length === 0 ? 'a route to nowhere' : `a route ${way.join(' ')}`}${where}`
}

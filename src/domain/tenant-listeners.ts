import type { SeenContainer } from './seen-container.ts'

/** A listener in the port range that is not Docker's on behalf of a tenant. */
export interface ForeignListener {
  readonly address: string
  readonly port: number
  /** Null: it ended meanwhile, or is in a place that root cannot see. */
  readonly pid: number | null
  readonly program: string | null
}

/** Listeners on the ports of a host's tenants. */
export interface Listening {
  /** The host has IPv6. */
  readonly ipv6: boolean
  /** Addresses with a listener, by port, where it is not exactly `0.0.0.0` and `::` (only the first without IPv6). */
  readonly unusual: ReadonlyMap<number, readonly string[]>
  /** Empty unless it was asked for. */
  readonly programs: readonly ForeignListener[]
}

/** Docker has nothing on the port of a container in these states; in others it may be about to. */
const down: readonly string[] = ['created', 'exited', 'dead']

/** Whether a container has ended, or keeps ending, by Docker's word for its state. */
export const isEnded = (state: string): boolean => down.includes(state) || state === 'restarting'

/** Whether no program of Docker's listens for the tenant now. */
export const isDown = (container: SeenContainer | null): boolean =>
  container === null || down.includes(container.state)

/** The wildcard addresses on which docker-proxy should listen for a running tenant and does not. */
export function listMissing({ ipv6, unusual }: Listening, port: number): string[] {
  const heard = unusual.get(port)
  if (heard === undefined) return []
  return ['0.0.0.0', ...(ipv6 ? ['::'] : [])].filter((address) => !heard.includes(address))
}

/** Whether anything listens on a port. */
export const isHeard = ({ unusual }: Listening, port: number): boolean => unusual.get(port)?.length !== 0

/** A running tenant that not every address leads to: what does not work, and what to do. */
export const describeMissing = (missing: readonly string[], port: number): string =>
  `Nothing listens on ${describeUnheard(missing, port)}. A restart mends that.`

/** `[::]:20000, so it is not reached over IPv6` */
export function describeUnheard(missing: readonly string[], port: number): string {
  const where = missing.map((address) => renderSocket(address, port)).join(' and ')
  // Docker's address translation leads IPv4 from elsewhere past its listener.
  const reach = missing
    .map((address) => (address === '::' ? 'over IPv6' : 'from the host itself'))
    .join(' or ')
  return `${where}, so it is not reached ${reach}`
}

/** A port that is taken while the tenant's container is down: by whom, and what to do. */
export function describeTaken({ programs }: Listening, port: number): string {
  const own = programs.filter((listener) => listener.port === port)
  const who = own.length === 0 ? 'Another program' : [...new Set(own.map(renderProgram))].join(' and ')
  return `${who} listens on its port ${port}: end that there, then restart the tenant.`
}

/** `[::]:20000` */
export const renderSocket = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`

/** `python3 (process 4242)` */
export function renderProgram({ program, pid }: Pick<ForeignListener, 'program' | 'pid'>): string {
  if (program === null) return 'Another program'
  return pid === null ? program : `${program} (process ${pid})`
}

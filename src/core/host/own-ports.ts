import { tenantPortRange } from '../../contract/limits.ts'
import { defaultPortRange, type PortRange } from '../../domain/port-range.ts'
import { countPortsOf, renderPorts, withoutPorts } from './port-pieces.ts'

/** Ports that a host needs for itself. */
export interface OwnPorts {
  /** Where the kernel takes the ports of outgoing connections from (`net.ipv4.ip_local_port_range`). */
  readonly ephemeral: PortRange
  /** Ports in there that it leaves alone (`net.ipv4.ip_local_reserved_ports`). */
  readonly reservedPorts: readonly PortRange[]
}

/** Linux takes the ports of outgoing connections from here unless it is told otherwise. */
export const usualEphemeral: PortRange = { from: 32_768, to: 60_999 }
/** As many ports as Linux has for outgoing connections by itself: a reservation of this panel leaves no fewer. */
const leastLeft = countPortsOf([usualEphemeral])

/** Ports of a range that the kernel may take for outgoing connections: the filter would drop the answers. */
export function listClashing(range: PortRange, { ephemeral, reservedPorts }: OwnPorts): PortRange[] {
  const [from, to] = [Math.max(range.from, ephemeral.from), Math.min(range.to, ephemeral.to)]
  return from > to ? [] : withoutPorts([{ from, to }], reservedPorts)
}

/** How many ports a host has for outgoing connections once a range is reserved. */
export function countLeft(range: PortRange, { ephemeral, reservedPorts }: OwnPorts): number {
  return countPortsOf(withoutPorts([ephemeral], [...reservedPorts, range]))
}

/** Whether the host has enough ports for itself without the range, so that preparing may reserve it. */
export const canReserve = (range: PortRange, own: OwnPorts): boolean => countLeft(range, own) >= leastLeft

/** The value of `net.ipv4.ip_local_reserved_ports` that has the range, and all that is reserved already. */
export const renderReserved = (range: PortRange, { reservedPorts }: OwnPorts): string =>
  renderPorts([...reservedPorts, range])

/** Ports of a proposed range at most, and at least. */
const most = countPortsOf([defaultPortRange])
const least = 100

/**
 * A range for tenants that nothing on the host needs: the usual one if it can be, else the widest.
 * @param listeners ports on which other programs than tenants listen
 * @returns undefined where there is none with a hundred ports
 */
export function suggestRange(own: OwnPorts, listeners: readonly number[]): PortRange | undefined {
  const busy = listeners.map((port) => ({ from: port, to: port }))
  const clashing = canReserve(defaultPortRange, own) ? [] : listClashing(defaultPortRange, own)
  if (clashing.length === 0 && !listeners.some((port) => isIn(defaultPortRange, port)))
    return defaultPortRange
  const all = { from: tenantPortRange.least, to: tenantPortRange.most }
  const free = withoutPorts([all], [...listClashing(all, own), ...busy])
  const widest = free.reduce<PortRange | undefined>(
    (found, each) => (found === undefined || countPortsOf([each]) > countPortsOf([found]) ? each : found),
    undefined,
  )
  if (widest === undefined || countPortsOf([widest]) < least) return undefined
  return { from: Math.max(widest.from, widest.to - most + 1), to: widest.to }
}

const isIn = ({ from, to }: PortRange, port: number): boolean => port >= from && port <= to

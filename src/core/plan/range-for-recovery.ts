import type { PortRange } from '../../domain/port-range.ts'
import type { KnownTenant, PutBackDifference } from './put-back.ts'

/** A range that was put back with the records, and what the tenants of this panel need. */
export interface NarrowRange {
  /** Names of tenants whose ports are outside. */
  readonly tenants: readonly string[]
  readonly inForce: PortRange
  /** A range that has their ports and all of the one in force. */
  readonly fitting: PortRange
}

/**
 * Whether a host could have its tenants as this panel has them, by the ports that they would get; null: it could.
 * @param usual the range that this panel has prepared the host with: the fitting one, if it is wide enough
 */
export function findNarrowRange(
  known: readonly Pick<KnownTenant, 'id' | 'port'>[],
  differences: readonly PutBackDifference[],
  inForce: PortRange,
  usual: PortRange,
): NarrowRange | null {
  const ports = new Map(known.map(({ id, port }) => [id, port]))
  const outside = differences.flatMap(({ kind, fields, tenantId, name }) => {
    const port = kind === 'lost' || fields.includes('port') ? (ports.get(tenantId) ?? null) : null
    return port === null || has(inForce, port) ? [] : [{ name, port }]
  })
  if (outside.length === 0) return null
  const all = [inForce.from, inForce.to, ...outside.map(({ port }) => port)]
  const least = { from: Math.min(...all), to: Math.max(...all) }
  const fitting = has(usual, least.from) && has(usual, least.to) ? usual : least
  return { tenants: outside.map(({ name }) => name), inForce, fitting }
}

const has = ({ from, to }: PortRange, port: number): boolean => port >= from && port <= to

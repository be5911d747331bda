import { tenantPortRange } from '../contract/limits.ts'
import { fail } from './problem-error.ts'

export interface PortRange {
  readonly from: number
  readonly to: number
}

/** Tenant ports unless the host says otherwise: below the ephemeral range, above the well-known services. */
export const defaultPortRange: PortRange = { from: 20_000, to: 29_999 }

/** Where Linux takes the ports of outgoing connections from unless told otherwise (`net.ipv4.ip_local_port_range`). */
const defaultEphemeral: PortRange = { from: 32_768, to: 60_999 }

/**
 * A range that the filter may close as a whole.
 * @param ephemeral the host's own range for outgoing connections, as observed there
 * @throws ProblemError PORT_RANGE_INVALID
 */
export function parsePortRange(
  host: string,
  range: PortRange,
  ephemeral: PortRange = defaultEphemeral,
): PortRange {
  const refuse = (reason: string): never =>
    fail({ code: 'PORT_RANGE_INVALID', details: { host, ...range, reason } })
  if (!Number.isInteger(range.from) || !Number.isInteger(range.to)) refuse('ports are whole numbers')
  if (range.from > range.to) refuse('it ends before it begins')
  const { least, most } = tenantPortRange
  if (range.from < least || range.to > most) refuse(`it must lie between ${least} and ${most}`)
  if (range.from <= ephemeral.to && range.to >= ephemeral.from) {
    refuse(
      `it overlaps ${ephemeral.from}-${ephemeral.to}, from which the host takes the ports of its own outgoing connections; their answers would be dropped`,
    )
  }
  return { from: range.from, to: range.to }
}

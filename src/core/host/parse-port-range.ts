import { tenantPortRange } from '../../contract/limits.ts'
import type { PortRange } from '../../domain/port-range.ts'
import { fail } from '../../domain/problem-error.ts'
import { canReserve, listClashing, renderReserved, suggestRange, usualEphemeral } from './own-ports.ts'
import { renderPorts } from './port-pieces.ts'

/** The ports of a host that a range for tenants has to leave alone. */
interface Around {
  /** Ports that the kernel leaves alone when it takes one for an outgoing connection. */
  readonly reservedPorts: readonly PortRange[]
  /** Ports on which others than tenants listen. */
  readonly listeners: readonly number[]
}

/**
 * A range that the filter may close as a whole, once preparing has reserved what the host might take of it for itself.
 * @param ephemeral the host's own range for outgoing connections, as observed there
 * @param around undefined: of a host that is not there yet
 * @throws ProblemError PORT_RANGE_INVALID, with another range that the host has for it
 */
export function parsePortRange(
  host: string,
  range: PortRange,
  ephemeral: PortRange = usualEphemeral,
  around?: Around,
): PortRange {
  const own = { ephemeral, reservedPorts: around?.reservedPorts ?? [] }
  const refuse = (reason: string, more: { reserve?: string } = {}): never => {
    const found = suggestRange(own, around?.listeners ?? [])
    const instead = found === undefined || isSame(found, range) ? {} : { instead: renderPorts([found]) }
    return fail({ code: 'PORT_RANGE_INVALID', details: { host, ...range, reason, ...instead, ...more } })
  }
  if (!Number.isInteger(range.from) || !Number.isInteger(range.to)) refuse('ports are whole numbers')
  if (range.from > range.to) refuse('it ends before it begins')
  const { least, most } = tenantPortRange
  if (range.from < least || range.to > most) refuse(`it must lie between ${least} and ${most}`)
  if (listClashing(range, own).length > 0 && !canReserve(range, own)) {
    refuse(
      `it overlaps ${ephemeral.from}-${ephemeral.to}, from which the host takes the ports of its own outgoing connections; their answers would be dropped`,
      around === undefined ? {} : { reserve: renderReserved(range, own) },
    )
  }
  return { from: range.from, to: range.to }
}

const isSame = (one: PortRange, other: PortRange): boolean => one.from === other.from && one.to === other.to

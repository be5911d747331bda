import { findStillInside } from '../../core/address/still-inside.ts'
import type { Closing } from '../../core/plan/closing.ts'
import type { Closed } from '../hosts/registry/close-in-registry.ts'

/** As the details of a problem have it. */
export interface PartlyRevoked {
  readonly revoked?: string[]
  readonly cut?: Closed['cut']
  readonly inside?: string
}

/** Entries inside of ranges, in a sentence for the details of a problem; nothing where there are none. */
export function sayInside(cidrs: readonly string[], allow: Closed['allow']): Pick<PartlyRevoked, 'inside'> {
  const { sentence } = findStillInside(cidrs, allow)
  return sentence === '' ? {} : { inside: sentence }
}

/** A closing that is confirmed, though not of all that it named: what it cut, and what stays inside of its ranges. */
export function describePartly(
  { cidrs }: Pick<Closing, 'cidrs'>,
  { cut, allow }: Pick<Closed, 'cut' | 'allow'>,
): Pick<PartlyRevoked, 'cut' | 'inside'> {
  return { ...(cut.length === 0 ? {} : { cut }), ...sayInside(cidrs ?? [], allow) }
}

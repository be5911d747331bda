import type { Problem } from '../../contract/problem.ts'
import type { Closing } from '../../core/plan/closing.ts'
import { covers } from '../../domain/address.ts'
import type { Closed } from '../hosts/registry/close-in-registry.ts'
import { describePartly } from './partly-closed.ts'

/**
 * An entry of the host that this panel may not have known of, and that covers what was just revoked; undefined: none. Also
 * of a suspended tenant, which can be resumed. An entry that was let in again is no such one: it is told by itself.
 */
export function findCovering(
  { cidrs }: Pick<Closing, 'cidrs'>,
  { allow }: Pick<Closed, 'allow'>,
): { readonly cidr: string; readonly by: string } | undefined {
  for (const cidr of cidrs ?? []) {
    const by = allow.find((entry) => entry.cidr !== cidr && covers(entry.cidr, cidr))
    if (by !== undefined) return { cidr, by: by.cidr }
  }
  return undefined
}

/**
 * The problem of a revocation that the host has confirmed, where an entry of the host lets one of its addresses in all the
 * same; undefined: none does. It names what is closed beside that, and what is on no list.
 * @param unknown of the closing's entries, those that only the host may have had
 */
export function findStillCovered(
  tenant: string,
  { cidrs }: Pick<Closing, 'cidrs'>,
  unknown: readonly string[],
  there: Pick<Closed, 'allow' | 'closed' | 'left' | 'cut'>,
): Problem | undefined {
  const covered = findCovering({ cidrs }, there)
  if (covered === undefined) return undefined
  const others = (cidrs ?? []).filter((cidr) => findCovering({ cidrs: [cidr] }, there) === undefined)
  const isAbsent = (cidr: string): boolean => unknown.includes(cidr) && !there.closed.includes(cidr)
  const revoked = others.filter((cidr) => !isAbsent(cidr))
  const absent = others.filter((cidr) => isAbsent(cidr) && !there.left.includes(cidr))
  return {
    code: 'ENTRY_COVERED',
    details: {
      ...{ tenant, ...covered },
      ...(revoked.length === 0 ? {} : { revoked }),
      ...(absent.length === 0 ? {} : { absent }),
      ...describePartly({ cidrs }, there),
    },
  }
}

import type { StaysInside } from '../../contract/allowlist.ts'
import { covers } from '../../domain/address.ts'
import { listNames } from '../sentence/list-names.ts'

/**
 * Of entries that lie inside a range that was revoked: that each of them goes on letting in.
 * @param revoked cidrs
 * @param allow the list as it is now
 */
export function findStillInside(
  revoked: readonly string[],
  allow: readonly { readonly cidr: string }[],
): StaysInside {
  const cidrs = allow
    .map(({ cidr }) => cidr)
    .filter((cidr) => revoked.some((range) => range !== cidr && covers(range, cidr)))
  return { cidrs, sentence: describeInside(cidrs) }
}

function describeInside(cidrs: readonly string[]): string {
  const [one] = cidrs
  if (one === undefined) return ''
  return cidrs.length === 1
    ? `${one} lies inside and stays on the list: it is an entry of its own. Revoke it too to shut it out.`
    : `${listNames(cidrs)} lie inside and stay on the list: they are entries of their own. Revoke them too to shut them out.`
}

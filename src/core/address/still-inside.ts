import { covers } from '../../domain/address.ts'
import { listNames } from '../sentence/list-names.ts'

/**
 * Of entries that lie inside a range that was revoked: that each of them goes on letting in. Empty: there are none.
 * @param revoked cidrs
 * @param allow the list as it is now
 */
export function describeStillInside(
  revoked: readonly string[],
  allow: readonly { readonly cidr: string }[],
): string {
  const inside = allow
    .map(({ cidr }) => cidr)
    .filter((cidr) => revoked.some((range) => range !== cidr && covers(range, cidr)))
  const [one] = inside
  if (one === undefined) return ''
  return inside.length === 1
    ? `${one} lies inside what was revoked and stays on the list: it is an entry of its own.`
    : `${listNames(inside)} lie inside what was revoked and stay on the list: they are entries of their own.`
}

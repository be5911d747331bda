import type { Closing } from '../../core/plan/closing.ts'
import { covers } from '../../domain/address.ts'
import type { Closed } from '../hosts/registry/close-in-registry.ts'

/** An entry of the host that this panel may not have known of, and that covers what was just revoked; undefined: none. */
export function findCovering(
  { cidrs }: Pick<Closing, 'cidrs'>,
  { allow, open }: Pick<Closed, 'allow' | 'open'>,
): { readonly cidr: string; readonly by: string } | undefined {
  if (!open) return undefined
  for (const cidr of cidrs ?? []) {
    const by = allow.find((entry) => covers(entry.cidr, cidr))
    if (by !== undefined) return { cidr, by: by.cidr }
  }
  return undefined
}

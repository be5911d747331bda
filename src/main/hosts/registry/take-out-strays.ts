import { covers } from '../../../domain/address.ts'
import type { HelperSession } from '../../adapters/netfilter/session.ts'

/**
 * Makes a host's filter as its records say, which takes out whom another program's old copy of the sets let in again.
 * @param cidrs entries that no record has
 * @returns those of them that the filter did let in on that port, in whole or in part
 */
export async function takeOutStrays(
  helper: HelperSession,
  port: number | null,
  cidrs: readonly string[],
): Promise<string[]> {
  const { removed } = await helper.request<'restore'>({ op: 'restore' })
  const strays = removed.filter((entry) => entry.port === port)
  return cidrs.filter((cidr) => strays.some((stray) => covers(stray.cidr, cidr) || covers(cidr, stray.cidr)))
}

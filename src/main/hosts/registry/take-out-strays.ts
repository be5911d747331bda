import { covers } from '../../../domain/address.ts'
import type { HelperSession } from '../../adapters/netfilter/session.ts'

/** Entries that a host's filter had on one port, and no record. */
export interface Strays {
  /** The entries themselves, which are out. */
  readonly found: readonly string[]
  /** Of what was asked for: what lies in one of them, or has one of them in it. */
  readonly asked: readonly string[]
}

/**
 * Makes a host's filter as its records say, which takes out whom another program's old copy of the sets let in again.
 * @param cidrs entries that no record has
 * @throws ProblemError of the helper session; an error where the filter could not be made so
 */
export async function takeOutStrays(
  helper: HelperSession,
  port: number | null,
  cidrs: readonly string[],
): Promise<Strays> {
  const { removed, problems } = await helper.request<'restore'>({ op: 'restore' })
  const [problem] = problems
  if (problem !== undefined) throw new Error(problem)
  const meets = (one: string, other: string): boolean => covers(one, other) || covers(other, one)
  const found = removed
    .filter((entry) => entry.port === port)
    .map(({ cidr }) => cidr)
    .filter((stray) => cidrs.some((cidr) => meets(stray, cidr)))
  return { found, asked: cidrs.filter((cidr) => found.some((stray) => meets(stray, cidr))) }
}

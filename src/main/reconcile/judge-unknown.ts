import type { AllowEntry } from '../../contract/allowlist.ts'
import type { Problem } from '../../contract/problem.ts'
import { fail } from '../../domain/problem-error.ts'
import type { Closed } from '../hosts/registry/close-in-registry.ts'
import type { ServiceContext } from '../services/context.ts'
import { endOperation } from '../services/operation/operation-log.ts'
import { findCovering, findStillCovered } from './find-covering.ts'
import type { Intent } from './intend-closing.ts'
import type { UnknownEntries } from './observe-unknown.ts'
import { describePartly, sayInside } from './partly-closed.ts'

const listOthers = (others: readonly string[]): { others?: string[] } =>
  others.length === 0 ? {} : { others: [...others] }

/**
 * Ends the intent to revoke what is neither in the store nor, as the host says, anywhere there. Not one that had failed
 * before: its first try may have taken the entry away, which is what it still has to confirm.
 * @throws ProblemError ENTRY_ABSENT, or ENTRY_COVERED where an entry of the host lets it in; the intent is no more then
 */
export async function endIfNowhere(
  { store, now }: Pick<ServiceContext, 'store' | 'now'>,
  { before, closing, unknown, operation, isJoined }: Intent,
  { known, strays, unseen, covered, list }: UnknownEntries,
): Promise<void> {
  const isAnywhere = known.length + strays.asked.length + unseen.length > 0
  const [cidr, ...others] = unknown
  if (isJoined || isAnywhere || cidr === undefined || unknown.length < (closing.cidrs ?? []).length) return
  const tenant = before.name
  const problem: Problem =
    covered === undefined
      ? {
          code: 'ENTRY_ABSENT',
          details: { tenant, cidr, ...listOthers(others), ...sayInside(unknown, list) },
        }
      : { code: 'ENTRY_COVERED', details: { tenant, ...covered, ...listAbsent(unknown, list) } }
  await store.write((db) => endOperation(db, now(), operation, { kind: 'undone', problem, stepsDone: 0 }))
  fail(problem)
}

function listAbsent(unknown: readonly string[], allow: readonly AllowEntry[]): { absent?: string[] } {
  const absent = unknown.filter((cidr) => findCovering({ cidrs: [cidr] }, { allow }) === undefined)
  return absent.length === 0 ? {} : { absent }
}

/** Entries of a revoke that the store did not have, by the answer of their host. */
export interface ToldThere {
  /** Entries that only the host had on its list. */
  readonly hostOnly: AllowEntry[]
  /** There are others that it did not have: what it had is revoked all the same. */
  readonly isAbsent: boolean
  /** An entry that lets one of them in all the same, or else one of those that are absent. */
  readonly problem: Problem | undefined
}

/** Judges the answer of a host that has confirmed what it had of a revoke. */
export function judgeThere(
  tenant: string,
  { closing, unknown }: Pick<Intent, 'closing' | 'unknown'>,
  { known, strays }: UnknownEntries,
  there: Closed,
): ToldThere {
  const { closed } = there
  const labels = new Map(known.map(({ cidr, label }) => [cidr, label]))
  const had = unknown.filter((cidr) => labels.has(cidr) || closed.includes(cidr))
  const hostOnly = had.map((cidr) => ({ cidr, label: labels.get(cidr) ?? '' }))
  const absent = unknown.filter((cidr) => !had.includes(cidr) && !strays.asked.includes(cidr))
  const covered = findStillCovered(tenant, closing, unknown, there)
  const [cidr, ...others] = absent
  if (cidr === undefined) return { hostOnly, isAbsent: false, problem: covered }
  const revoked = (closing.cidrs ?? []).filter((each) => !absent.includes(each))
  const details = {
    ...{ tenant, cidr, ...listOthers(others), ...(revoked.length === 0 ? {} : { revoked }) },
    ...describePartly(closing, there),
  }
  return { hostOnly, isAbsent: true, problem: covered ?? { code: 'ENTRY_ABSENT', details } }
}

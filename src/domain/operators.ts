import {
  type Account,
  describeLeaving,
  findOtherLogin,
  judgeOperator,
  type OperatorRule,
  type OperatorStanding,
} from '../core/operator/operator.ts'
import type { HostObservation } from './host-observation.ts'
import { userOf } from './host-observation.ts'

/** One who may run the helper on a host, and how they stand there. */
export interface Operator {
  readonly name: string
  readonly standing: OperatorStanding
  /** Another account that has the uid of the rule now; null where there is none. */
  readonly other: string | null
  /** The user that the panel is logged in as. */
  readonly isSelf: boolean
}

/** Everybody who may run the helper, in the order of their names; nobody where the helper was not seen. */
export function listOperators(seen: HostObservation): Operator[] {
  const { helper } = seen
  if (helper.kind === 'failed') return []
  const accounts = seen.accounts.kind === 'ok' ? seen.accounts.value : []
  return helper.value.operators.map((name) => {
    const other = findOtherLogin(name, helper.value.rules ?? [], accounts)
    const standing = judgeOperator(name, findAccount(seen, name), other)
    return { name, standing, other, isSelf: name === userOf(seen) }
  })
}

/** Operators who are to lose the right, and why; never the one who asks, nor one whose look-up failed. */
export function listLeaving(seen: HostObservation): { readonly name: string; readonly why: string }[] {
  return listOperators(seen).flatMap(({ name, standing, other, isSelf }) => {
    const why = describeLeaving(standing, other)
    return why === null || (isSelf && standing !== 'alias') ? [] : [{ name, why }]
  })
}

/** Operators whose rule goes by a uid that somebody else has now, and who that is. */
export function listReused(seen: HostObservation): { readonly name: string; readonly other: string }[] {
  return listOperators(seen).flatMap(({ name, standing, other }) =>
    standing === 'reused' && other !== null ? [{ name, other }] : [],
  )
}

/**
 * Whether every operator with an account has a rule by its uid, and nobody else has that uid, and sudo's noexec is kept
 * from them where it can be. Root needs none.
 */
export function hasCurrentRules(seen: HostObservation): boolean {
  const { helper } = seen
  if (helper.kind === 'failed' || helper.value.rules === null) return true
  const { rules } = helper.value
  if (listReused(seen).length > 0 || helper.value.ruleTags === 'plain') return false
  return listOperators(seen)
    .filter(({ standing }) => standing === 'present')
    .every(({ name }) => isCurrent(rules, findAccount(seen, name)))
}

const isCurrent = (rules: readonly OperatorRule[], account: Account | null): boolean =>
  account === null ||
  account.uid === 0 ||
  rules.some(({ name, uid }) => name === account.name && uid === account.uid)

function findAccount({ accounts }: HostObservation, name: string): Account | null {
  if (accounts.kind === 'failed') return null
  return accounts.value.find((account) => account.name === name) ?? null
}

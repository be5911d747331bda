/** An account on a host, as it was looked up there. */
export interface Account {
  readonly name: string
  /** `unclear`: it was not found, and not everywhere could be looked. */
  readonly account: 'present' | 'absent' | 'unclear'
  readonly uid: number | null
  /** Whether it may use Docker; null: unclear. */
  readonly docker: boolean | null
}

/** A rule of sudo that lets somebody run the helper. */
export interface OperatorRule {
  readonly name: string
  /** null: the rule names a login, as panels before helper 1.3.0 wrote it. */
  readonly uid: number | null
}

/**
 * How an operator stands there. `alias`: sudo takes the name for an alias, so the rule may be everybody's. `no-account`
 * and `no-docker` are certain; `unclear`: the look-up failed, which is no answer. `reused`: the rule goes by a uid that
 * somebody else has now.
 */
export type OperatorStanding = 'present' | 'reused' | 'alias' | 'no-account' | 'no-docker' | 'unclear'

/** Whether sudo would take a login name for an alias: ALL is everybody. */
export const isAlias = (name: string): boolean => /^[A-Z][A-Z0-9_]*$/.test(name)

/** Why there is no rule for such a login name. */
export const aliasReason = 'sudo takes a name in capitals only for an alias'

/**
 * Another account that has the uid of an operator's rule by now: sudo lets it in, and the helper refuses it. Null where
 * there is none.
 * @param accounts also those that have the uids of the rules
 */
export function findOtherLogin(
  name: string,
  rules: readonly OperatorRule[],
  accounts: readonly Account[],
): string | null {
  const uid = rules.find((rule) => rule.name === name)?.uid ?? null
  if (uid === null) return null
  const holders = accounts.filter((account) => account.uid === uid).map((account) => account.name)
  return holders.includes(name) ? null : (holders[0] ?? null)
}

/**
 * @param account null: it could not be looked up at all
 * @param other who has the uid of the rule now, if it is somebody else
 */
export function judgeOperator(
  name: string,
  account: Account | null,
  other: string | null = null,
): OperatorStanding {
  const standing = judgeAccount(name, account)
  return other !== null && (standing === 'present' || standing === 'unclear') ? 'reused' : standing
}

function judgeAccount(name: string, account: Account | null): OperatorStanding {
  if (isAlias(name)) return 'alias'
  if (account === null || account.account === 'unclear') return 'unclear'
  if (account.account === 'absent') return 'no-account'
  switch (account.docker) {
    case true:
      return 'present'
    case false:
      return 'no-docker'
    case null:
      return 'unclear'
  }
}

/**
 * How an operator stands there, as a clause; empty when nothing is wrong.
 * @param other who has the uid of the rule now, if it is somebody else
 */
export function describeStanding(standing: OperatorStanding, other: string | null = null): string {
  switch (standing) {
    case 'present':
      return ''
    case 'unclear':
      return 'could not be looked up'
    case 'reused':
      return `the rule goes by a uid that ${other} has now, whom the helper refuses; preparing the host writes it again`
    case 'alias':
    case 'no-account':
    case 'no-docker':
      return `${describeLeaving(standing, other)}; preparing the host takes the right away`
  }
}

/** Why an operator is to lose the right, for a sentence; null for one who keeps it. */
export function describeLeaving(standing: OperatorStanding, other: string | null = null): string | null {
  const reused = other === null ? '' : `, and ${other} has the uid of the rule now`
  switch (standing) {
    case 'alias':
      return `sudo takes that name for an alias${reused}`
    case 'no-account':
      return `no account there${reused}`
    case 'no-docker':
      return `may not use Docker there${reused}`
    case 'reused':
    case 'present':
    case 'unclear':
      return null
  }
}

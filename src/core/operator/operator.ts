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
 * and `no-docker` are certain; `unclear`: the look-up failed, which is no answer.
 */
export type OperatorStanding = 'present' | 'alias' | 'no-account' | 'no-docker' | 'unclear'

/** Whether sudo would take a login name for an alias: ALL is everybody. */
export const isAlias = (name: string): boolean => /^[A-Z][A-Z0-9_]*$/.test(name)

/** @param account null: it could not be looked up at all */
export function judgeOperator(name: string, account: Account | null): OperatorStanding {
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

/** How an operator stands there, as a clause; empty when nothing is wrong. */
export function describeStanding(standing: OperatorStanding): string {
  switch (standing) {
    case 'present':
      return ''
    case 'unclear':
      return 'could not be looked up'
    case 'alias':
    case 'no-account':
    case 'no-docker':
      return `${describeLeaving(standing)}; preparing the host takes the right away`
  }
}

/** Why an operator is to lose the right, for a sentence; null for one who keeps it. */
export function describeLeaving(standing: OperatorStanding): string | null {
  switch (standing) {
    case 'alias':
      return 'sudo takes that name for an alias'
    case 'no-account':
      return 'no account there'
    case 'no-docker':
      return 'may not use Docker there'
    case 'present':
    case 'unclear':
      return null
  }
}

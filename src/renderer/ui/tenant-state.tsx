import { Tooltip } from '@mantine/core'
import type { TenantState as State, Tenant } from '../../contract/tenant.ts'
import { renderPlain } from './plain-text.ts'
import styles from './tenant-state.module.css'

const words: Readonly<Record<State, string>> = {
  creating: 'Creating',
  running: 'Running',
  suspended: 'Suspended',
  stopped: 'Stopped',
  failed: 'Failed',
  deleting: 'Deleting',
  unknown: 'Unknown',
}

const leftoverWords: Readonly<Record<NonNullable<Tenant['leftover']>, string>> = {
  'not-created': 'Not created',
  'not-deleted': 'Not deleted',
}

interface TenantStateProps {
  readonly state: State
  readonly why?: string
  readonly leftover?: Tenant['leftover']
  readonly health?: Tenant['health']
}

/** A tenant's state as a dot and a word, with the reason on hover: never by colour alone. */
export function TenantState({ state, why = '', leftover = null, health = 'ok' }: TenantStateProps) {
  const shown = (
    <span className={styles.state}>
      <span className={styles.dot} data-state={state} data-health={health} aria-hidden />
      {leftover === null ? words[state] : leftoverWords[leftover]}
    </span>
  )
  return why === '' ? shown : <Tooltip label={renderPlain(why)}>{shown}</Tooltip>
}

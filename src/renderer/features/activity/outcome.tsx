import type { Operation } from '../../../contract/activity.ts'
import styles from './activity.module.css'

export const outcomeWords: Readonly<Record<Operation['outcome'], string>> = {
  running: 'Running',
  done: 'Done',
  failed: 'Failed',
  undone: 'Undone',
}

/** How an operation ended, or that it runs or was asked to stop, as a dot and a word. */
export function Outcome({ outcome, stopping }: Pick<Operation, 'outcome' | 'stopping'>) {
  return (
    <span className={styles.outcome}>
      <span className={styles.dot} data-outcome={outcome} aria-hidden />
      {stopping ? 'Stopping' : outcomeWords[outcome]}
    </span>
  )
}

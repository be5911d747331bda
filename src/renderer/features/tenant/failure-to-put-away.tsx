import { CloseButton } from '@mantine/core'
import { FailureAlert } from '../../ui/failure-alert.tsx'
import styles from './failure-to-put-away.module.css'

interface FailureToPutAwayProps {
  readonly error: unknown
  readonly onRetry?: () => void
  /** Another way out of it, beside trying again. */
  readonly offer?: React.ReactNode
  readonly onPutAway: () => void
}

/** A failure of something that is over: it stays until it was read. */
export function FailureToPutAway({ error, onRetry, offer, onPutAway }: FailureToPutAwayProps) {
  return (
    <div className={styles.failure}>
      <FailureAlert error={error} onRetry={onRetry} offer={offer} />
      <CloseButton size="sm" aria-label="Put away" onClick={onPutAway} className={styles.close} />
    </div>
  )
}

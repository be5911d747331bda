import { Loader, Text, VisuallyHidden } from '@mantine/core'
import { Check as CheckIcon, CircleAlert, Info, Minus } from 'lucide-react'
import type { CheckLine } from '../../../contract/host.ts'
import { FailureNotice } from '../../ui/failure-alert.tsx'
import { renderMoment } from '../../ui/quantities.ts'
import { WithCode } from '../../ui/with-code.tsx'
import styles from './check-list.module.css'
import type { Check } from './use-check.ts'

const words: Readonly<Record<CheckLine['verdict'], string>> = {
  good: 'good',
  missing: 'missing, preparing puts it right',
  bad: 'needs you',
  note: 'note',
}

/** The parts of a host that are there and those that are missing, a line each as soon as it is known. */
export function CheckList({ check, onRetry }: { readonly check: Check; readonly onRetry?: () => void }) {
  const { lines, end } = check
  return (
    <>
      <ul className={styles.lines} aria-live="polite">
        {lines.map(({ subject, verdict, sentence, advice }) => (
          <li key={`${subject} ${sentence}`} className={styles.line} data-verdict={verdict}>
            <span className={styles.mark} aria-hidden>
              <Mark verdict={verdict} />
            </span>
            <span className={styles.subject}>
              {subject}
              <VisuallyHidden component="span"> ({words[verdict]})</VisuallyHidden>
            </span>
            <span>
              <WithCode text={sentence} />{' '}
              {advice !== '' && (
                <strong className={styles.advice}>
                  <WithCode text={advice} />
                </strong>
              )}
            </span>
          </li>
        ))}
        {end.kind === 'checking' && (
          <li className={styles.line}>
            <span className={styles.mark} aria-hidden>
              <Loader size={12} />
            </span>
            <Text className="quiet" component="span">
              Looking
            </Text>
          </li>
        )}
      </ul>
      {end.kind === 'failed' && <FailureNotice failure={end.failure} onRetry={onRetry} />}
      {end.kind !== 'checking' && (
        <Text size="xs" className="quiet" mt="xs">
          Checked {renderMoment(end.at)}.
        </Text>
      )}
    </>
  )
}

function Mark({ verdict }: { readonly verdict: CheckLine['verdict'] }) {
  switch (verdict) {
    case 'good':
      return <CheckIcon size={15} />
    case 'missing':
      return <Minus size={15} />
    case 'bad':
      return <CircleAlert size={15} />
    case 'note':
      return <Info size={15} />
  }
}

import { UnstyledButton } from '@mantine/core'
import { ChevronRight } from 'lucide-react'
import { isSeenOnly, type Operation } from '../../../contract/activity.ts'
import { describeKind } from '../../../contract/operation-kind.ts'
import { renderDuration, renderMoment } from '../../ui/quantities.ts'
import styles from './activity.module.css'
import { OperationDetails } from './operation-details.tsx'
import { Outcome } from './outcome.tsx'

interface OperationRowProps {
  readonly operation: Operation
  readonly open: boolean
  readonly onToggle: (id: string) => void
}

/** One operation in a line, and its details below when it is open. */
export function OperationRow({ operation, open, onToggle }: OperationRowProps) {
  const { id, kind, tenant, host, actor, startedAt, tookMs, outcome, stopping, steps } = operation
  const done = steps.filter(({ state }) => state === 'done').length
  // How long another panel took is not known.
  const took = isSeenOnly(operation)
    ? ''
    : tookMs === null
      ? `${done} of ${steps.length} steps`
      : renderDuration(tookMs)
  return (
    <div className={styles.entry} data-open={open}>
      <UnstyledButton className={styles.row} aria-expanded={open} onClick={() => onToggle(id)}>
        <ChevronRight size={14} className={styles.chevron} aria-hidden />
        <span className="quiet figure">{renderMoment(startedAt)}</span>
        <Outcome outcome={outcome} stopping={stopping} />
        <span className={styles.what}>
          {describeKind(kind)} <strong>{tenant ?? host ?? ''}</strong>
        </span>
        <span className={`quiet ${styles.clipped}`}>{host}</span>
        <span className={`quiet ${styles.clipped}`}>{actor}</span>
        <span className={`figure ${styles.took}`}>{took}</span>
      </UnstyledButton>
      {open && <OperationDetails operation={operation} />}
    </div>
  )
}

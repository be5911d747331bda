import { Loader, Text } from '@mantine/core'
import { Check, Undo2, X } from 'lucide-react'
import { useId, useState } from 'react'
import { isSeenOnly, type Operation } from '../../../../contract/activity.ts'
import { renderDuration, renderMoment } from '../../../ui/quantities.ts'
import { OperationDetails } from '../../activity/operation-details.tsx'
import { nameOperation } from './name-operation.ts'
import tabs from './tabs.module.css'

const outcomes: Readonly<Record<Operation['outcome'], string>> = {
  running: 'running',
  done: 'done',
  failed: 'failed',
  undone: 'undone',
}

/** One operation in a line; pressed, with its steps, why it failed, and what it changed. */
export function OperationRow({ operation }: { readonly operation: Operation }) {
  const [open, setOpen] = useState(false)
  const detail = useId()
  const { kind, outcome, actor, startedAt, tookMs } = operation
  const { doing, did } = nameOperation(kind)
  const good = outcome === 'done' || outcome === 'running'
  return (
    <li className={tabs.operation}>
      <button
        type="button"
        className={tabs.summary}
        aria-expanded={open}
        aria-controls={detail}
        onClick={() => setOpen(!open)}
      >
        <Mark outcome={outcome} />
        <span className={tabs.sentence}>
          {outcome === 'running' ? `${doing}…` : did}
          {!good && <span className={tabs.bad}> ({outcomes[outcome]})</span>}
        </span>
        <span className={tabs.quietly}>
          {isSeenOnly(operation) ? actor : tookMs === null ? 'running' : renderDuration(tookMs)}
        </span>
        <span className={tabs.quietly}>{renderMoment(startedAt)}</span>
      </button>
      {open && (
        <div className={tabs.detail} id={detail}>
          <Text size="xs" className="quiet">
            By {actor}
          </Text>
          <OperationDetails operation={operation} />
        </div>
      )}
    </li>
  )
}

function Mark({ outcome }: Pick<Operation, 'outcome'>) {
  switch (outcome) {
    case 'running':
      return <Loader size={12} aria-hidden />
    case 'done':
      return <Check size={14} aria-hidden />
    case 'failed':
      return <X size={14} aria-hidden className={tabs.bad} />
    case 'undone':
      return <Undo2 size={14} aria-hidden />
  }
}

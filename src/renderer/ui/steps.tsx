import { Loader, VisuallyHidden } from '@mantine/core'
import { Check, Circle, Undo2, X } from 'lucide-react'
import styles from './steps.module.css'

export interface ShownStep {
  readonly sentence: string
  readonly state: 'intended' | 'started' | 'done' | 'failed' | 'undone'
}

const words: Readonly<Record<ShownStep['state'], string>> = {
  intended: 'not begun',
  started: 'under way',
  done: 'done',
  failed: 'failed',
  undone: 'undone',
}

/** Steps of long work, each with how far it is; the words are read out as they change. */
export function Steps({ steps }: { readonly steps: readonly ShownStep[] }) {
  return (
    <ol className={styles.steps} aria-live="polite">
      {steps.map(({ sentence, state }, index) => (
        // Steps never change places.
        // biome-ignore lint/suspicious/noArrayIndexKey: two steps may have the same sentence
        <li key={index} className={styles.step} data-state={state}>
          <span className={styles.mark} aria-hidden>
            <Mark state={state} />
          </span>
          <span>
            {sentence}
            <VisuallyHidden component="span"> ({words[state]})</VisuallyHidden>
          </span>
        </li>
      ))}
    </ol>
  )
}

function Mark({ state }: { readonly state: ShownStep['state'] }) {
  switch (state) {
    case 'intended':
      return <Circle size={12} />
    case 'started':
      return <Loader size={12} />
    case 'done':
      return <Check size={14} />
    case 'failed':
      return <X size={14} />
    case 'undone':
      return <Undo2 size={14} />
  }
}

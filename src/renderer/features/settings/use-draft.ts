import { type KeyboardEvent, useEffect, useState } from 'react'
import type { WholeRange } from '../../../contract/limits.ts'
import { readWhole, type Typed } from '../../ui/read-whole.ts'

/**
 * A number that is typed: kept as a draft, and given on when the field is left or Enter is pressed, so that no value that
 * is half typed is saved. What cannot be used stays there, is told by the field, and is not given on. What the settings
 * say afterwards is shown.
 */
export function useDraft(value: number, range: WholeRange, onCommit: (value: number) => void) {
  const [draft, setDraft] = useState<Typed>(value)
  useEffect(() => setDraft(value), [value])
  const commit = (): void => {
    const read = readWhole(draft, range)
    if (read !== undefined && read !== value) onCommit(read)
  }
  return {
    range,
    value: draft,
    onChange: setDraft,
    onBlur: commit,
    onKeyDown: ({ key }: KeyboardEvent) => {
      if (key === 'Enter') commit()
      if (key === 'Escape') setDraft(value)
    },
  }
}

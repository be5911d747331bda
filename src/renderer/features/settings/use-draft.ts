import { type KeyboardEvent, useEffect, useState } from 'react'

/**
 * A number that is typed: kept as a draft, and given on when the field is left or Enter is pressed, so that no value that
 * is half typed is saved. What the settings say afterwards is shown.
 */
export function useDraft(value: number, onCommit: (value: number) => void) {
  const [draft, setDraft] = useState<number | string>(value)
  useEffect(() => setDraft(value), [value])
  const commit = (): void => {
    if (typeof draft !== 'number') setDraft(value)
    else if (draft !== value) onCommit(draft)
  }
  return {
    value: draft,
    onChange: setDraft,
    onBlur: commit,
    onKeyDown: ({ key }: KeyboardEvent) => {
      if (key === 'Enter') commit()
      if (key === 'Escape') setDraft(value)
    },
  }
}

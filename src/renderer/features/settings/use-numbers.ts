import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { WholeRange } from '../../../contract/limits.ts'
import type { Settings } from '../../../contract/settings.ts'
import type { Typed } from '../../ui/read-whole.ts'
import { isUnsaved, keepNewer, readFields, type Stored, type TypedFields } from './number-fields.ts'
import { describeChange, useChange } from './use-change.ts'

interface NumbersOptions<Fields extends Stored> {
  readonly stored: Fields
  readonly ranges: { readonly [Key in keyof Fields]: WholeRange }
  /** The sentence about numbers that are right one by one and wrong together; undefined when nothing is wrong. */
  readonly findWrong?: (fields: Fields) => string | undefined
  readonly toSettings: (fields: Fields) => Partial<Settings>
}

/**
 * Numbers that are one setting. What is typed is kept as a draft, and saved as a whole when a field is left or Enter is
 * pressed, or when the screen is left; never half typed, and never one number with an old other one. What can't be used
 * stays there and is told. Escape takes back what is not saved.
 */
export function useNumbers<Fields extends Stored>(options: NumbersOptions<Fields>) {
  const { stored, ranges, findWrong = () => undefined, toSettings } = options
  const [typed, setTyped] = useState<TypedFields<Fields>>({})
  const change = useChange()
  const fields = readFields(stored, typed, ranges)
  const wrong = fields === undefined ? undefined : findWrong(fields)
  const unsaved = isUnsaved(stored, typed, ranges)

  const save = (): void => {
    if (fields === undefined || wrong !== undefined) return
    if (!unsaved) setTyped({})
    else {
      change.mutate(toSettings(fields), {
        onSuccess: () => setTyped((now) => keepNewer(fields, now, ranges)),
      })
    }
  }
  // A field that goes away is not left.
  const latest = useRef(save)
  latest.current = save
  useEffect(() => () => latest.current(), [])
  useEffect(() => {
    if (!unsaved) return undefined
    const ask = (event: BeforeUnloadEvent): void => {
      latest.current()
      event.preventDefault()
    }
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [unsaved])

  return {
    said: describeChange(change, unsaved),
    error: unsaved ? change.error : null,
    wrong,
    field: (key: keyof Fields) => ({
      range: ranges[key],
      value: typed[key] ?? Number(stored[key]),
      onChange: (value: Typed) => setTyped((now) => ({ ...now, [key]: value })),
      onBlur: save,
      onKeyDown: (event: KeyboardEvent) => {
        if (event.key === 'Enter') save()
        if (event.key === 'Escape') {
          setTyped({})
          change.reset()
        }
      },
    }),
  }
}

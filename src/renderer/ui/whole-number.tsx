import { NumberInput } from '@mantine/core'
import type { KeyboardEvent, ReactNode } from 'react'
import type { WholeRange } from '../../contract/limits.ts'
import { describeWrong, type Typed } from './read-whole.ts'

interface WholeNumberProps {
  readonly label: string
  readonly description?: ReactNode
  /** Shown while the field is empty; with it, an empty field is right. */
  readonly placeholder?: string
  readonly value: Typed
  readonly onChange: (value: Typed) => void
  readonly range: WholeRange
  /** Digits are shown in groups of three. */
  readonly grouped?: boolean
  readonly hideControls?: boolean
  /** Another fault of the entry, which the range does not show. */
  readonly error?: string
  readonly onBlur?: () => void
  readonly onKeyDown?: (event: KeyboardEvent) => void
  readonly 'data-autofocus'?: boolean
}

/** A field for a whole number. What is typed stays as it is; what cannot be used is told below with the limits. */
export function WholeNumber({ range, grouped = true, placeholder, value, error, ...rest }: WholeNumberProps) {
  const wrong = placeholder !== undefined && value === '' ? undefined : describeWrong(value, range, grouped)
  return (
    <NumberInput
      {...rest}
      placeholder={placeholder}
      value={value}
      error={wrong ?? error}
      // For its arrows only: it would put right on leaving what was typed, and write a long number as another one.
      min={range.least}
      max={range.most}
      clampBehavior="none"
      trimLeadingZeroesOnBlur={false}
      allowedDecimalSeparators={['.']}
      thousandSeparator={grouped ? ',' : ''}
    />
  )
}

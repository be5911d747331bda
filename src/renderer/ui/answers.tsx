import { Group } from '@mantine/core'
import type { ReactNode } from 'react'

interface AnswersProps {
  /** The button that goes on. */
  readonly primary: ReactNode
  /** The others. */
  readonly other: ReactNode
  /** In a dialog the buttons stand at the right, and the one that goes on is the last. */
  readonly inDialog: boolean
}

/** The buttons below a question that is asked on a screen as well as in a dialog. */
export function Answers({ primary, other, inDialog }: AnswersProps) {
  return inDialog ? (
    <Group gap="xs" justify="flex-end">
      {other}
      {primary}
    </Group>
  ) : (
    <Group gap="xs">
      {primary}
      {other}
    </Group>
  )
}

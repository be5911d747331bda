import { Button, Group, Text } from '@mantine/core'
import { useState } from 'react'

interface UndoNoticeProps {
  readonly sentence: string
  /** Resolves with what was done, or with undefined when it failed. */
  readonly onUndo: () => Promise<unknown>
  readonly onDone: () => void
}

/** The change just made, with the way back, for as long as the notice stays. */
export function UndoNotice({ sentence, onUndo, onDone }: UndoNoticeProps) {
  const [state, setState] = useState<'offered' | 'running' | 'failed'>('offered')
  const undo = async (): Promise<void> => {
    setState('running')
    if ((await onUndo()) === undefined) setState('failed')
    else onDone()
  }
  return (
    <Group justify="space-between" wrap="nowrap" gap="xs">
      <Text size="sm" c="var(--mantine-color-text)">
        {state === 'failed' ? 'It could not be undone.' : sentence}
      </Text>
      {state !== 'failed' && (
        <Button variant="default" disabled={state === 'running'} onClick={() => void undo()} flex="none">
          {state === 'running' ? 'Undoing…' : 'Undo'}
        </Button>
      )}
    </Group>
  )
}

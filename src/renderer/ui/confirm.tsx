import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { DataSurvival } from '../../contract/data-survival.ts'
import { Survival } from './survival.tsx'

interface ConfirmProps {
  readonly opened: boolean
  /** The question: `Restart acme?` */
  readonly title: string
  /** The consequence, in a sentence or two. */
  readonly children?: React.ReactNode
  readonly survival?: DataSurvival
  /** The fate of the data, where the usual sentence does not fit. */
  readonly survivalSentence?: string
  /** The verb on the button: `Restart`. */
  readonly verb: string
  /** Has to be typed before the button works. */
  readonly typed?: string
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Asked only where something is lost. */
export function Confirm(props: ConfirmProps) {
  const { opened, title, onClose } = props
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="sm">
      <ConfirmBody key={String(opened)} {...props} />
    </Modal>
  )
}

function ConfirmBody({
  children,
  survival,
  survivalSentence,
  verb,
  typed,
  onConfirm,
  onClose,
}: ConfirmProps) {
  const [text, setText] = useState('')
  // The key that opened the question, pressed once more, must not lose data.
  const isLoss = typed === undefined && survival !== 'kept'
  const ready = typed === undefined || text.normalize('NFC') === typed.normalize('NFC')
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!ready) return
        onClose()
        onConfirm()
      }}
    >
      <Stack gap="sm">
        {children !== undefined && (
          <Text component="div" size="sm">
            {children}
          </Text>
        )}
        {survival !== undefined && <Survival survival={survival} sentence={survivalSentence} />}
        {typed !== undefined && (
          <TextInput
            label={`Type ${typed} to confirm`}
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
            data-autofocus
            autoComplete="off"
            spellCheck={false}
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus={isLoss || undefined}>
            Cancel
          </Button>
          <Button
            type="submit"
            color={survival === 'kept' ? undefined : 'red'}
            disabled={!ready}
            data-autofocus={(typed === undefined && !isLoss) || undefined}
          >
            {verb}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

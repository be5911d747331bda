import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Survival } from '../../../ui/survival.tsx'

interface RenameDialogProps {
  readonly opened: boolean
  readonly name: string
  readonly onRename: (newName: string) => void
  readonly onClose: () => void
}

/** Asks for another name. */
export function RenameDialog(props: RenameDialogProps) {
  const { opened, name, onClose } = props
  return (
    <Modal opened={opened} onClose={onClose} title={`Rename ${name}`} size="sm">
      <RenameForm key={String(opened)} {...props} />
    </Modal>
  )
}

function RenameForm({ name, onRename, onClose }: RenameDialogProps) {
  const [text, setText] = useState(name)
  const ready = text.trim() !== '' && text.trim() !== name
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!ready) return
        onClose()
        onRename(text.trim())
      }}
    >
      <Stack gap="sm">
        <TextInput
          label="Name"
          description="Endpoint and allowed addresses stay as they are."
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          maxLength={64}
          spellCheck={false}
          autoComplete="off"
          data-autofocus
        />
        <Survival survival="kept" />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!ready}>
            Rename
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

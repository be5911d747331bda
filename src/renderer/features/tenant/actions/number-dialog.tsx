import { Button, Group, Modal, Stack } from '@mantine/core'
import { useState } from 'react'
import type { DataSurvival } from '../../../../contract/data-survival.ts'
import type { WholeRange } from '../../../../contract/limits.ts'
import { readWhole, type Typed } from '../../../ui/read-whole.ts'
import { Survival } from '../../../ui/survival.tsx'
import { WholeNumber } from '../../../ui/whole-number.tsx'

interface NumberDialogProps {
  readonly opened: boolean
  readonly title: string
  readonly label: string
  readonly description: string
  readonly current: number
  readonly range: WholeRange
  /** Digits are shown in groups of three. */
  readonly grouped?: boolean
  readonly survival: DataSurvival
  /** Says what is lost, because pressing it confirms that. */
  readonly verb: string
  readonly onChosen: (value: number) => void
  readonly onClose: () => void
}

/** Asks for another number where a tenant has one. */
export function NumberDialog(props: NumberDialogProps) {
  const { opened, title, onClose } = props
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="sm">
      <NumberForm key={String(opened)} {...props} />
    </Modal>
  )
}

function NumberForm(props: NumberDialogProps) {
  const { label, description, current, range, grouped, survival, verb, onChosen, onClose } = props
  const [typed, setTyped] = useState<Typed>(current)
  const value = readWhole(typed, range)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (value === undefined || value === current) return
        onClose()
        onChosen(value)
      }}
    >
      <Stack gap="sm">
        <WholeNumber
          label={label}
          description={description}
          value={typed}
          onChange={setTyped}
          range={range}
          grouped={grouped}
          data-autofocus
        />
        <Survival survival={survival} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            color={survival === 'kept' ? undefined : 'red'}
            disabled={value === undefined || value === current}
          >
            {verb}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

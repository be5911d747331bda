import { Button, Group, Modal, NumberInput, Stack } from '@mantine/core'
import { useState } from 'react'
import type { DataSurvival } from '../../../../contract/data-survival.ts'
import { Survival } from '../../../ui/survival.tsx'

interface NumberDialogProps {
  readonly opened: boolean
  readonly title: string
  readonly label: string
  readonly description: string
  readonly current: number
  readonly least: number
  readonly most: number
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
  const { label, description, current, least, most, survival, verb, onChosen, onClose } = props
  const [value, setValue] = useState<number | string>(current)
  const usable = typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
  const ready = usable && value !== current
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!ready) return
        onClose()
        onChosen(value)
      }}
    >
      <Stack gap="sm">
        <NumberInput
          label={label}
          description={description}
          value={value}
          onChange={setValue}
          error={
            usable
              ? undefined
              : `A whole number from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}`
          }
          allowDecimal={false}
          allowNegative={false}
          data-autofocus
        />
        <Survival survival={survival} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color={survival === 'kept' ? undefined : 'red'} disabled={!ready}>
            {verb}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

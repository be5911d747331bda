import { Button, Chip, Group, Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { memoryMbRange } from '../../../../contract/limits.ts'
import type { Tenant } from '../../../../contract/tenant.ts'
import { renderMegabytes } from '../../../ui/quantities.ts'
import { readWhole, type Typed } from '../../../ui/read-whole.ts'
import { Survival } from '../../../ui/survival.tsx'
import { WholeNumber } from '../../../ui/whole-number.tsx'
import { describeResize, listSizes } from './shrink.ts'

interface ResizeDialogProps {
  readonly opened: boolean
  readonly tenant: Tenant
  /** The memory of the items now, in bytes; undefined: not observed. */
  readonly usedBytes: number | undefined
  readonly onResize: (memoryMb: number) => void
  readonly onClose: () => void
}

/** Asks for another size, and says what it would do to what is in the cache. */
export function ResizeDialog(props: ResizeDialogProps) {
  const { opened, tenant, onClose } = props
  return (
    <Modal opened={opened} onClose={onClose} title={`Size of ${tenant.name}`} size="md">
      <ResizeForm key={String(opened)} {...props} />
    </Modal>
  )
}

function ResizeForm({ tenant, usedBytes, onResize, onClose }: ResizeDialogProps) {
  const { memoryMb } = tenant
  const [typed, setTyped] = useState<Typed>(memoryMb)
  const value = readWhole(typed, memoryMbRange)
  const shrinks = value !== undefined && value < memoryMb
  // It may use another amount than it was given, and is set back by the same.
  const isOff = tenant.faults.includes('cache-limit')
  const ready = value !== undefined && (value !== memoryMb || isOff)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!ready) return
        onClose()
        onResize(value)
      }}
    >
      <Stack gap="sm">
        <Chip.Group value={String(value)} onChange={(chosen) => setTyped(Number(chosen))}>
          <Group gap={6} role="radiogroup" aria-label="Size">
            {listSizes(memoryMb).map((size) => (
              <Chip key={size} value={String(size)} size="xs" radius="sm">
                {renderMegabytes(size)}
                {size === memoryMb && ' (now)'}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
        <WholeNumber
          label="Memory for items, in MB"
          value={typed}
          onChange={setTyped}
          range={memoryMbRange}
          data-autofocus
        />
        {ready && (
          <div>
            <Text size="sm">
              {value === memoryMb
                ? 'It is set back to that size while it runs.'
                : describeResize(memoryMb, value, usedBytes)}
            </Text>
            <Survival survival={shrinks || isOff ? 'some' : 'kept'} />
          </div>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color={shrinks ? 'red' : undefined} disabled={!ready}>
            {shrinks ? 'Shrink' : value === memoryMb && isOff ? 'Set back' : 'Grow'}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

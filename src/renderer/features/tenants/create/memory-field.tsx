import { Button, Group, Stack } from '@mantine/core'
import { memoryMbRange } from '../../../../contract/limits.ts'
import { renderMegabytes } from '../../../ui/quantities.ts'
import type { Typed } from '../../../ui/read-whole.ts'
import { WholeNumber } from '../../../ui/whole-number.tsx'

const presets = [64, 256, 1024, 4096] as const

interface MemoryFieldProps {
  readonly value: Typed
  /** The memory of a tenant that asks for no other, in MB. */
  readonly usual: number | undefined
  readonly onChange: (megabytes: Typed) => void
  readonly error?: string
}

/** Memory in MB, with the usual sizes one click away. */
export function MemoryField({ value, usual, onChange, error }: MemoryFieldProps) {
  return (
    <Stack gap={4}>
      <WholeNumber
        label="Memory in MB"
        placeholder={usual === undefined ? '' : `${usual} (default)`}
        value={value}
        onChange={onChange}
        range={memoryMbRange}
        error={error}
      />
      <Group gap={4} wrap="nowrap">
        {presets.map((megabytes) => (
          <Button
            key={megabytes}
            variant={megabytes === value ? 'light' : 'default'}
            px={6}
            size="compact-xs"
            aria-pressed={megabytes === value}
            onClick={() => onChange(megabytes)}
          >
            {renderMegabytes(megabytes)}
          </Button>
        ))}
      </Group>
    </Stack>
  )
}

import { Button, Group, NumberInput, Stack } from '@mantine/core'
import { renderMegabytes } from '../../../ui/quantities.ts'

const presets = [64, 256, 1024, 4096] as const

interface MemoryFieldProps {
  readonly value: number | undefined
  /** What a tenant gets that asks for nothing else, in MB. */
  readonly usual: number | undefined
  readonly onChange: (megabytes: number | undefined) => void
  readonly error?: string
}

/** Memory in MB, with the usual sizes one click away. */
export function MemoryField({ value, usual, onChange, error }: MemoryFieldProps) {
  return (
    <Stack gap={4}>
      <NumberInput
        label="Memory in MB"
        placeholder={usual === undefined ? '' : `${usual} (default)`}
        value={value ?? ''}
        onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
        min={8}
        max={1_048_576}
        allowDecimal={false}
        thousandSeparator=","
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

import { Checkbox, Stack, Textarea } from '@mantine/core'
import { FailureAlert } from '../../ui/failure-alert.tsx'
import { AllowPreviewList } from '../allowlist/allow-preview.tsx'
import type { useAllowPreview } from '../allowlist/use-allow-preview.ts'

interface AllowFieldProps {
  readonly text: string
  readonly onChange: (text: string) => void
  readonly reading: ReturnType<typeof useAllowPreview>
  /** How far the text opens the cache, in the preview's words, as it was said to be meant; empty until then. */
  readonly meant: string
  readonly onMeant: (meant: string) => void
  readonly error?: string
  readonly description?: string
  readonly autoFocus?: boolean
}

/** Addresses to allow, as many as are pasted, with what they mean below. */
export function AllowField(props: AllowFieldProps) {
  const { text, onChange, reading, meant, onMeant, error, description, autoFocus = false } = props
  const { preview } = reading
  return (
    <Stack gap={6}>
      <Textarea
        label="Allowed addresses"
        description={description}
        placeholder="203.0.113.7 = office, or a pasted list"
        value={text}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
        error={error}
        autosize
        minRows={2}
        maxRows={6}
        maxLength={200_000}
        spellCheck={false}
        data-autofocus={autoFocus || undefined}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
      {reading.error !== null && <FailureAlert error={reading.error} />}
      {preview !== undefined && <AllowPreviewList preview={preview} />}
      {preview !== undefined && preview.widens !== '' && (
        <Checkbox
          size="xs"
          color="red"
          label={`Let ${preview.opensToAnyone ? 'anyone on the internet' : 'all of these'} read, change and delete what is in the cache`}
          checked={meant === preview.widens}
          onChange={({ currentTarget }) => onMeant(currentTarget.checked ? preview.widens : '')}
        />
      )}
    </Stack>
  )
}

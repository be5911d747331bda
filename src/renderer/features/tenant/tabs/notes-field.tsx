import { Button, Group, Text, Textarea } from '@mantine/core'
import { getHotkeyHandler } from '@mantine/hooks'
import type { Tenant } from '../../../../contract/tenant.ts'
import { FailureAlert } from '../../../ui/failure-alert.tsx'
import { isConflict } from '../draft.ts'
import { useNotes } from './use-notes.ts'

/** Notes on the tenant: saved when the field is left or goes away, or by Ctrl+Enter. */
export function NotesField({ tenant }: { readonly tenant: Tenant }) {
  const { draft, error, said, type, keep, takeTheirs } = useNotes(tenant)
  return (
    <div>
      <Textarea
        label={
          <Group component="span" gap="xs" display="inline-flex">
            Notes
            <Text component="span" size="xs" fw={400} className="quiet" role="status">
              {said}
            </Text>
          </Group>
        }
        value={draft.text}
        onChange={({ currentTarget: { value } }) => type(value)}
        onBlur={keep}
        onKeyDown={getHotkeyHandler([['mod+Enter', keep]])}
        placeholder="Whom to call, what it is for, what was agreed"
        autosize
        minRows={2}
        maxRows={8}
        maxLength={2000}
      />
      {isConflict(draft) && (
        <Group gap="xs" mt={4}>
          <Text size="xs">They were changed elsewhere meanwhile. Saving replaces that.</Text>
          <Button
            variant="subtle"
            size="compact-xs"
            onMouseDown={(event) => event.preventDefault()}
            onClick={takeTheirs}
          >
            Take theirs
          </Button>
        </Group>
      )}
      {error !== undefined && <FailureAlert error={error} onRetry={keep} />}
    </div>
  )
}

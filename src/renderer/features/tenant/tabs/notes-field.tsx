import { Button, Group, Text, Textarea } from '@mantine/core'
import { getHotkeyHandler } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import type { Tenant } from '../../../../contract/tenant.ts'
import { FailureAlert } from '../../../ui/failure-alert.tsx'
import { beginDraft, followSaved, isConflict, isDirty } from '../draft.ts'
import { savingWords, useAnnotate } from './use-annotate.ts'

/** Notes on the tenant: saved when the field is left or by Ctrl+Enter. */
export function NotesField({ tenant }: { readonly tenant: Tenant }) {
  const [draft, setDraft] = useState(() => beginDraft(tenant.notes))
  const { saving, error, save, forget } = useAnnotate(tenant)
  useEffect(() => setDraft((before) => followSaved(before, tenant.notes)), [tenant.notes])
  const keep = async (): Promise<void> => {
    if (!isDirty(draft) || saving === 'saving') return
    const { text } = draft
    if (await save({ notes: text })) setDraft((now) => ({ ...now, base: text, saved: text }))
  }
  const said = saving === 'idle' && isDirty(draft) ? 'Not saved yet' : savingWords[saving]
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
        onChange={({ currentTarget: { value } }) => {
          setDraft((before) => ({ ...before, text: value }))
          forget()
        }}
        onBlur={() => void keep()}
        onKeyDown={getHotkeyHandler([['mod+Enter', () => void keep()]])}
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
            onClick={() => setDraft(beginDraft(tenant.notes))}
          >
            Take theirs
          </Button>
        </Group>
      )}
      {error !== undefined && <FailureAlert error={error} onRetry={() => void keep()} />}
    </div>
  )
}

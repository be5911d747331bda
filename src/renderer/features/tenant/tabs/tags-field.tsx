import { Group, TagsInput, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { Tenant } from '../../../../contract/tenant.ts'
import { FailureAlert } from '../../../ui/failure-alert.tsx'
import { savingWords, useAnnotate } from './use-annotate.ts'

/** Words to find the tenant by: saved as they are added and removed. */
export function TagsField({ tenant }: { readonly tenant: Tenant }) {
  const [tags, setTags] = useState([...tenant.tags])
  const { saving, error, save } = useAnnotate(tenant)
  const kept = tenant.tags.join('\n')
  useEffect(() => setTags(kept === '' ? [] : kept.split('\n')), [kept])
  const change = async (next: string[]): Promise<void> => {
    setTags(next)
    if (!(await save({ tags: next }))) setTags([...tenant.tags])
  }
  return (
    <div>
      <TagsInput
        label={
          <Group component="span" gap="xs" display="inline-flex">
            Tags
            <Text component="span" size="xs" fw={400} className="quiet" role="status">
              {savingWords[saving]}
            </Text>
          </Group>
        }
        value={tags}
        onChange={(next) => void change(next)}
        placeholder={tags.length === 0 ? 'Type one and press Enter' : ''}
        maxTags={20}
        readOnly={saving === 'saving'}
        acceptValueOnBlur
      />
      {error !== undefined && <FailureAlert error={error} />}
    </div>
  )
}

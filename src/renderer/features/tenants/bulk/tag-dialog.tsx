import { Button, Group, Modal, Stack, TagsInput } from '@mantine/core'
import { useState } from 'react'
import type { Tenant } from '../../../../contract/tenant.ts'
import { useKnownTags } from '../use-known-tags.ts'
import { describeWhom } from './describe-whom.ts'

interface TagDialogProps {
  readonly tenants: readonly Tenant[]
  readonly onSubmit: (tags: readonly string[]) => void
  readonly onClose: () => void
}

/** Adds tags to those that the tenants have. */
export function TagDialog({ tenants, onSubmit, onClose }: TagDialogProps) {
  const [tags, setTags] = useState<string[]>([])
  const known = useKnownTags()
  return (
    <Modal opened onClose={onClose} title={`Add tags to ${describeWhom(tenants)}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (tags.length === 0) return
          onClose()
          onSubmit(tags)
        }}
      >
        <Stack gap="sm">
          <TagsInput
            label="Tags to add"
            description="Enter or a comma ends a tag."
            data={known}
            value={tags}
            onChange={setTags}
            acceptValueOnBlur
            limit={50}
            maxTags={20}
            // The list would lie over the buttons before anything was typed.
            openOnFocus={false}
            data-autofocus
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={tags.length === 0}>
              Add tags
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

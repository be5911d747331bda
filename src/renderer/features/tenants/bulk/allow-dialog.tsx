import { Button, Group, Modal, Stack } from '@mantine/core'
import { useState } from 'react'
import type { AllowInput } from '../../../../contract/allowlist.ts'
import type { Tenant } from '../../../../contract/tenant.ts'
import { useAllowPreview } from '../../allowlist/use-allow-preview.ts'
import { toNewAllowInputs } from '../../tenant/allowlist/allow-rows.ts'
import { renderAllowVerb } from '../../tenant/allowlist/allow-verb.ts'
import { AllowField } from '../allow-field.tsx'
import { describeWhom } from './describe-whom.ts'

interface AllowDialogProps {
  readonly tenants: readonly Tenant[]
  readonly onSubmit: (entries: readonly AllowInput[]) => void
  readonly onClose: () => void
}

/** The same addresses for each of the tenants. */
export function AllowDialog({ tenants, onSubmit, onClose }: AllowDialogProps) {
  const [text, setText] = useState('')
  const [anyone, setAnyone] = useState(false)
  const reading = useAllowPreview(text)
  const { preview, current } = reading
  const entries = preview?.entries ?? []
  const ready = current && entries.length > 0 && (anyone || preview?.opensToAnyone === false)
  return (
    <Modal opened onClose={onClose} title={`Allow addresses for ${describeWhom(tenants)}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (!ready) return
          onClose()
          onSubmit(toNewAllowInputs(entries))
        }}
      >
        <Stack gap="sm">
          <AllowField
            text={text}
            onChange={setText}
            reading={reading}
            anyone={anyone}
            onAnyone={setAnyone}
            autoFocus
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={!ready} color={preview?.opensToAnyone ? 'red' : undefined}>
              {preview?.opensToAnyone ? 'Open to anyone' : renderAllowVerb(preview)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

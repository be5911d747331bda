import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { mostAllowEntries } from '../../../../contract/allowlist.ts'
import type { Tenant } from '../../../../contract/tenant.ts'
import { isReadyToAllow, renderAllowVerb, toConfirmed } from '../../allowlist/allow-verb.ts'
import { useAllowPreview } from '../../allowlist/use-allow-preview.ts'
import { toNewAllowInputs } from '../../tenant/allowlist/allow-rows.ts'
import { AllowField } from '../allow-field.tsx'
import { describeWhom } from './describe-whom.ts'
import { type AllowVerb, fitsAllowlist } from './verbs.ts'

interface AllowDialogProps {
  readonly tenants: readonly Tenant[]
  readonly onSubmit: (verb: AllowVerb) => void
  readonly onClose: () => void
}

/** The same addresses for each of the tenants. */
export function AllowDialog({ tenants, onSubmit, onClose }: AllowDialogProps) {
  const [text, setText] = useState('')
  const [meant, setMeant] = useState('')
  const reading = useAllowPreview(text)
  const { preview } = reading
  const entries = toNewAllowInputs(preview?.entries ?? [])
  const full = tenants.filter((tenant) => !fitsAllowlist(entries, tenant)).length
  const ready = isReadyToAllow(reading, meant) && full < tenants.length
  return (
    <Modal opened onClose={onClose} title={`Allow addresses for ${describeWhom(tenants)}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (!ready) return
          onClose()
          onSubmit({ kind: 'allow', entries, ...toConfirmed(preview) })
        }}
      >
        <Stack gap="sm">
          <AllowField
            text={text}
            onChange={setText}
            reading={reading}
            meant={meant}
            onMeant={setMeant}
            autoFocus
          />
          {full > 0 && (
            <Text size="sm" role="status">
              {full.toLocaleString('en')} of {tenants.length.toLocaleString('en')}{' '}
              {tenants.length === 1 ? 'tenant' : 'tenants'} {full === 1 ? 'is' : 'are'} left out: a tenant can
              have {mostAllowEntries.toLocaleString('en')} entries.
            </Text>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button
              type="submit"
              disabled={!ready}
              color={preview !== undefined && preview.widens !== '' ? 'red' : undefined}
            >
              {renderAllowVerb(preview)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

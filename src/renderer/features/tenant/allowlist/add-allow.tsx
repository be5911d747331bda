import { Button, Group, Text, Textarea } from '@mantine/core'
import { getHotkeyHandler } from '@mantine/hooks'
import { LocateFixed } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { Tenant } from '../../../../contract/tenant.ts'
import { useActions } from '../../../frame/actions.tsx'
import { FailureAlert } from '../../../ui/failure-alert.tsx'
import { AllowPreviewList } from '../../allowlist/allow-preview.tsx'
import { isReadyToAllow, renderAllowVerb, toConfirmed } from '../../allowlist/allow-verb.ts'
import { useAllowPreview } from '../../allowlist/use-allow-preview.ts'
import { ConfirmWidth } from './confirm-width.tsx'
import type { AllowlistEditor } from './use-allowlist.ts'
import { useMyAddress } from './use-my-address.ts'

/** The id of the field, so that what says "Add an address" elsewhere can lead here. */
export const addAllowFieldId = 'allow-addresses'

interface AddAllowProps {
  readonly tenant: Tenant
  readonly editor: AllowlistEditor
}

/** Takes one address or a pasted list, tells what it means as it is typed, and lets them in when asked. */
export function AddAllow({ tenant, editor }: AddAllowProps) {
  const [text, setText] = useState('')
  const [asking, setAsking] = useState(false)
  const [waiting, setWaiting] = useState(false)
  const reading = useAllowPreview(text, tenant)
  const { preview, error, empty, current } = reading
  const mine = useMyAddress(tenant.host, (line) =>
    setText((before) => (before.trim() === '' ? line : `${before.trimEnd()}\n${line}`)),
  )
  const asks = preview !== undefined && preview.widens !== ''
  const ready = isReadyToAllow(reading, preview?.widens ?? '') && editor.pending === undefined
  const add = async (): Promise<void> => {
    if (preview === undefined) return
    if ((await editor.allow(preview.entries, toConfirmed(preview).confirmed)) !== undefined) {
      setText('')
      mine.putAway()
    }
  }
  const submit = (): void => {
    setWaiting(!ready && !empty && !current)
    if (!ready) return
    if (asks) setAsking(true)
    else void add()
  }
  // Ctrl+Enter right after typing means the text as it stands, which is still being read.
  const submitLatest = useRef(submit)
  submitLatest.current = submit
  useEffect(() => {
    if (waiting && current) submitLatest.current()
  }, [waiting, current])
  useActions([
    { id: 'tenant.add-mine', title: 'Add my address', hint: 'To the allowed addresses', run: mine.find },
    {
      ...{ id: 'tenant.allow', title: 'Allow addresses', hint: 'For this tenant', keys: 'mod+alt+A' },
      run: () => document.getElementById(addAllowFieldId)?.focus(),
    },
  ])
  return (
    <>
      <Textarea
        id={addAllowFieldId}
        data-focus-home
        aria-label="Addresses to allow"
        value={text}
        onChange={({ currentTarget }) => {
          setWaiting(false)
          setText(currentTarget.value)
        }}
        onKeyDown={getHotkeyHandler([['mod+Enter', submit]])}
        placeholder="203.0.113.7 = office, or a pasted list"
        autosize
        minRows={1}
        maxRows={8}
        spellCheck={false}
        maxLength={200_000}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
      {error !== null && <FailureAlert error={error} />}
      {mine.error !== undefined && <FailureAlert error={mine.error} />}
      {mine.sentence !== undefined && (
        <Text size="xs" className="quiet" role="status">
          {mine.sentence}
        </Text>
      )}
      {preview !== undefined && <AllowPreviewList preview={preview} />}
      <Group gap="xs">
        <Button onClick={submit} disabled={!ready} color={asks ? 'red' : undefined}>
          {editor.pending === 'add' ? 'Adding…' : renderAllowVerb(preview) + (asks ? '…' : '')}
        </Button>
        <Button
          variant="default"
          leftSection={<LocateFixed size={14} aria-hidden />}
          onClick={mine.find}
          disabled={mine.asking}
        >
          {mine.asking ? 'Asking the host…' : 'Add my address'}
        </Button>
        <Text size="xs" className="quiet">
          {empty ? 'Ranges as 198.51.100.0/24' : current ? 'Ctrl+Enter allows' : 'Reading…'}
        </Text>
      </Group>
      <ConfirmWidth
        opened={asking}
        tenant={tenant}
        preview={preview}
        onConfirm={() => void add()}
        onClose={() => setAsking(false)}
      />
    </>
  )
}

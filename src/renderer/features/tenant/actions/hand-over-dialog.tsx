import { Group, Modal, SegmentedControl, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { CopyWithLabel } from '../../../ui/copy.tsx'
import { FailureAlert } from '../../../ui/failure-alert.tsx'
import { TextBlock } from '../text-block.tsx'
import type { TenantDetails } from '../use-tenant-details.ts'

interface HandOverDialogProps {
  readonly opened: boolean
  readonly name: string
  readonly details: TenantDetails
  readonly onClose: () => void
}

/** A text to give to the tenant: how to connect, from where, and how in each language. */
export function HandOverDialog({ opened, name, details, onClose }: HandOverDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={`Hand ${name} over`} size="xl">
      {opened && <HandOver details={details} />}
    </Modal>
  )
}

function HandOver({ details }: Pick<HandOverDialogProps, 'details'>) {
  const [format, setFormat] = useState<'plain' | 'markdown'>('plain')
  const { data, error, refetch } = details
  if (error !== null) return <FailureAlert error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Text className="quiet">Writing the text…</Text>
  const text = data.handOver[format]
  if (text === '') return <Text className="quiet">There is a text as soon as the tenant has a port.</Text>
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <SegmentedControl
          aria-label="Format"
          value={format}
          onChange={setFormat}
          data={[
            { value: 'plain', label: 'Plain text' },
            { value: 'markdown', label: 'Markdown' },
          ]}
        />
        <CopyWithLabel value={text} what="text" />
      </Group>
      <TextBlock name="Text for the tenant" text={text} wrap />
    </Stack>
  )
}

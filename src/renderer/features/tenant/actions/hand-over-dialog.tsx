import { Group, Modal, SegmentedControl, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useQueries } from '../../../rpc/use-queries.ts'
import { CopyWithLabel } from '../../../ui/copy.tsx'
import { FailureAlert } from '../../../ui/failure-alert.tsx'
import { TextBlock } from '../text-block.tsx'

interface HandOverDialogProps {
  readonly opened: boolean
  readonly name: string
  readonly onClose: () => void
}

/** A text to give to the tenant: how to connect, from where, and how in each language. */
export function HandOverDialog({ opened, name, onClose }: HandOverDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={`Hand ${name} over`} size="xl">
      {opened && <HandOver name={name} />}
    </Modal>
  )
}

function HandOver({ name }: { readonly name: string }) {
  const [format, setFormat] = useState<'plain' | 'markdown'>('plain')
  const { data, error, refetch } = useQuery({
    ...useQueries().tenant.show.queryOptions({ input: { name } }),
    staleTime: 0,
  })
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

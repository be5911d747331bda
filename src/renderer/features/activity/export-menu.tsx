import { Button, Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { Download } from 'lucide-react'
import { useClient } from '../../rpc/client-context.tsx'
import { toFailure } from '../../rpc/failure.ts'
import type { ActivityFilter } from './merge-operations.ts'
import { saveText } from './save-text.ts'

const types = { csv: 'text/csv;charset=utf-8', json: 'application/json' } as const

/** The operations that are shown, as a file. */
export function ExportMenu({ filter }: { readonly filter: ActivityFilter }) {
  const client = useClient()
  const save = async (format: 'csv' | 'json'): Promise<void> => {
    const { outcome, host } = filter
    try {
      const { fileName, text } = await client.activity.export({
        format,
        ...(outcome === null ? {} : { outcome }),
        ...(host === null ? {} : { host }),
      })
      saveText(fileName, text, types[format])
    } catch (error) {
      const { message, advice } = toFailure(error)
      notifications.show({ color: 'red', title: message, message: advice })
    }
  }
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<Download size={14} aria-hidden />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void save('csv')}>CSV, for a spreadsheet</Menu.Item>
        <Menu.Item onClick={() => void save('json')}>JSON, for a program</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

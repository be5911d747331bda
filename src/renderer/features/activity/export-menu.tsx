import { Button, Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { Download } from 'lucide-react'
import { useClient } from '../../rpc/client-context.tsx'
import { toFailure } from '../../rpc/failure.ts'
import { type ActivityFilter, toQuestion } from './merge-operations.ts'
import { saveText } from './save-text.ts'

const types = { csv: 'text/csv;charset=utf-8', json: 'application/json' } as const

/** The operations that the filter lets through, also those that are not loaded, as a file. */
export function ExportMenu({ filter }: { readonly filter: ActivityFilter }) {
  const client = useClient()
  const save = async (format: 'csv' | 'json'): Promise<void> => {
    try {
      const { fileName, text } = await client.activity.export({ format, ...toQuestion(filter) })
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

import { ActionIcon, Button, Checkbox, Group, Popover, Stack, Text } from '@mantine/core'
import { ChevronDown, ChevronUp, Columns3 } from 'lucide-react'
import { memo } from 'react'
import { allColumns, type ColumnId, findColumn, moveColumn, toggleColumn } from './columns.ts'
import styles from './tenants.module.css'

interface ColumnMenuProps {
  readonly columns: readonly ColumnId[]
  /** An empty list: those that are shown unless told. */
  readonly onChange: (columns: readonly ColumnId[]) => void
}

/** The choice of columns and their order; kept in the settings. */
export const ColumnMenu = memo(function ColumnMenu({ columns, onChange }: ColumnMenuProps) {
  const hidden = allColumns.map(({ id }) => id).filter((id) => !columns.includes(id))
  return (
    <Popover position="bottom-end" withinPortal trapFocus returnFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<Columns3 size={14} aria-hidden />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs" aria-label="Columns of the table">
        <Stack gap={2}>
          {columns.map((id, index) => (
            <Group key={id} gap={4} wrap="nowrap" className={styles.column}>
              <Checkbox
                size="xs"
                className={styles.grow}
                label={findColumn(id).title}
                checked
                disabled={id === 'name'}
                onChange={() => onChange(toggleColumn(columns, id))}
              />
              <ActionIcon
                variant="transparent"
                aria-label={`Move ${findColumn(id).title} to the left`}
                disabled={index < 2}
                onClick={() => onChange(moveColumn(columns, id, -1))}
              >
                <ChevronUp size={14} aria-hidden />
              </ActionIcon>
              <ActionIcon
                variant="transparent"
                aria-label={`Move ${findColumn(id).title} to the right`}
                disabled={index === 0 || index === columns.length - 1}
                onClick={() => onChange(moveColumn(columns, id, 1))}
              >
                <ChevronDown size={14} aria-hidden />
              </ActionIcon>
            </Group>
          ))}
          {hidden.length > 0 && (
            <Text className="quiet" size="xs" pt={6}>
              Not shown
            </Text>
          )}
          {hidden.map((id) => (
            <Checkbox
              key={id}
              size="xs"
              className={styles.column}
              label={findColumn(id).title}
              checked={false}
              onChange={() => onChange(toggleColumn(columns, id))}
            />
          ))}
          <Button variant="subtle" color="gray" mt={6} onClick={() => onChange([])}>
            Back to the usual ones
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
})

import { Button, Group, Modal, MultiSelect, Stack, Text } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { Tenant } from '../../../../contract/tenant.ts'
import { countEntries } from './count-entries.ts'
import { describeWhom } from './describe-whom.ts'

interface RevokeDialogProps {
  readonly tenants: readonly Tenant[]
  readonly onSubmit: (cidrs: readonly string[]) => void
  readonly onClose: () => void
}

/** Takes addresses off the lists of all tenants that have them. */
export function RevokeDialog({ tenants, onSubmit, onClose }: RevokeDialogProps) {
  const [cidrs, setCidrs] = useState<string[]>([])
  const entries = useMemo(() => countEntries(tenants), [tenants])
  const many = tenants.length > 1
  return (
    <Modal opened onClose={onClose} title={`Revoke addresses of ${describeWhom(tenants)}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (cidrs.length === 0) return
          onClose()
          onSubmit(cidrs)
        }}
      >
        <Stack gap="sm">
          {entries.length === 0 ? (
            <Text>No address is allowed there.</Text>
          ) : (
            <MultiSelect
              size="xs"
              label="Addresses to revoke"
              description="Connections from them are cut at once. The data in the cache is kept."
              data={entries.map(({ cidr, label, count }) => ({
                value: cidr,
                label: [cidr, label, many ? `(${count.toLocaleString('en')})` : '']
                  .filter(Boolean)
                  .join('  '),
              }))}
              value={cidrs}
              onChange={setCidrs}
              searchable
              limit={100}
              nothingFoundMessage="No such address is allowed there."
              data-autofocus
            />
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={cidrs.length === 0}>
              Revoke
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

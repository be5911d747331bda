import { Button, Group, Table, Text } from '@mantine/core'
import type { Operation } from '../../../contract/activity.ts'
import { useClient } from '../../rpc/client-context.tsx'
import { FailureNotice } from '../../ui/failure-alert.tsx'
import { Steps } from '../../ui/steps.tsx'
import { useSubmit } from '../../ui/use-submit.ts'
import styles from './activity.module.css'
import { listDifferences } from './differences.ts'

/** The steps of an operation, what it changed, and why it failed; a running one can be asked to stop. */
export function OperationDetails({ operation }: { readonly operation: Operation }) {
  const { steps, why, outcome, cancellable, id } = operation
  const differences = listDifferences(operation)
  return (
    <div className={styles.details}>
      <div>
        {steps.length === 0 ? <Text className="quiet">No steps on a host.</Text> : <Steps steps={steps} />}
        {why !== '' && (
          <Text mt="xs" className={styles.why}>
            {why}
          </Text>
        )}
        {outcome === 'running' && <Cancel id={id} cancellable={cancellable} />}
      </div>
      {differences.length > 0 && <Differences differences={differences} />}
    </div>
  )
}

function Differences({ differences }: { readonly differences: ReturnType<typeof listDifferences> }) {
  return (
    <Table verticalSpacing={3} className={styles.differences}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>What</Table.Th>
          <Table.Th>Before</Table.Th>
          <Table.Th>After</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {differences.map(({ field, before, after }) => (
          <Table.Tr key={field}>
            <Table.Td className="quiet">{field}</Table.Td>
            <Table.Td>{before ?? '–'}</Table.Td>
            <Table.Td>{after ?? '–'}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

function Cancel({ id, cancellable }: { readonly id: string; readonly cancellable: boolean }) {
  const client = useClient()
  const { busy, failure, submit } = useSubmit()
  if (!cancellable) {
    return (
      <Text mt="xs" size="xs" className="quiet">
        It cannot be stopped any more; it will be finished.
      </Text>
    )
  }
  return (
    <Group mt="xs" gap="xs">
      <Button
        variant="default"
        loading={busy}
        onClick={() => void submit(() => client.activity.cancel({ id }))}
      >
        Cancel
      </Button>
      {failure !== null && <FailureNotice failure={failure} />}
    </Group>
  )
}

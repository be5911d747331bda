import { Box, Table, Text } from '@mantine/core'
import { isSeenOnly, type Operation } from '../../../contract/activity.ts'
import { CancelOperation } from '../../ui/cancel-operation.tsx'
import { Steps } from '../../ui/steps.tsx'
import { WithCode } from '../../ui/with-code.tsx'
import styles from './activity.module.css'
import { listDifferences } from './differences.ts'
import { RestoreTenant } from './restore-tenant.tsx'

/** The steps of an operation, what it changed, and why it failed; a running one can be asked to stop. */
export function OperationDetails({ operation }: { readonly operation: Operation }) {
  const { steps, why, outcome, cancellable, stopping } = operation
  const differences = listDifferences(operation)
  return (
    <div className={styles.details}>
      <div>
        {steps.length > 0 && <Steps steps={steps} />}
        {steps.length === 0 && (
          <Text className="quiet">
            {isSeenOnly(operation)
              ? 'Seen on the host; how it was done is not known here.'
              : 'No steps on a host.'}
          </Text>
        )}
        {why !== '' && (
          <Text mt="xs" className={styles.why}>
            <WithCode text={why} />
          </Text>
        )}
        {(cancellable || stopping) && (
          <Box mt="xs">
            <CancelOperation operation={operation} />
          </Box>
        )}
        {outcome === 'running' && !cancellable && !stopping && (
          <Text mt="xs" size="xs" className="quiet">
            It cannot be stopped any more; it will be finished.
          </Text>
        )}
        {operation.restorable && <RestoreTenant operation={operation} />}
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

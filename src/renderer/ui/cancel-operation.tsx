import { Button, Group, Text } from '@mantine/core'
import type { Operation } from '../../contract/activity.ts'
import { useCancelOperation } from './use-cancel-operation.ts'

interface CancelOperationProps {
  readonly operation: Pick<Operation, 'id' | 'cancellable' | 'stopping'>
}

/** Asks a running operation to stop, and says so from then until it ends; its own end says how. */
export function CancelOperation({ operation }: CancelOperationProps) {
  const { cancellable, stopping } = operation
  const cancel = useCancelOperation()
  return (
    <Group gap="xs" wrap="nowrap">
      <Text component="span" size="xs" className="quiet" role="status">
        {stopping && 'Stopping: what is under way ends first.'}
      </Text>
      {cancellable && (
        <Button variant="default" onClick={() => cancel(operation)}>
          Cancel
        </Button>
      )}
    </Group>
  )
}

import { Button, Group, List, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { HostOperator } from '../../../contract/host.ts'
import { useQueries } from '../../rpc/use-queries.ts'
import { FailureAlert } from '../../ui/failure-alert.tsx'
import { RemoveOperator } from './remove-operator.tsx'

/** The users that may run the helper on a host, and the way to take that right from one of them. */
export function HostOperators({ name, onDone }: { readonly name: string; readonly onDone: () => void }) {
  const [leaving, setLeaving] = useState<HostOperator>()
  const asked = useQuery({
    ...useQueries().host.operators.queryOptions({ input: { name } }),
    staleTime: 0,
    gcTime: 0,
  })
  if (asked.isPending) return <Text className="quiet">Looking who may run the helper on {name}.</Text>
  if (asked.isError) return <FailureAlert error={asked.error} onRetry={() => void asked.refetch()} />
  if (leaving !== undefined) {
    const back = (): void => {
      setLeaving(undefined)
      void asked.refetch()
    }
    return (
      <RemoveOperator name={name} operator={leaving} onDone={leaving.isSelf ? onDone : back} onBack={back} />
    )
  }
  return (
    <Stack gap="sm">
      <Text>sudo on {name} lets them run the helper as root, without a password.</Text>
      <List size="sm" listStyleType="none" spacing="xs">
        {asked.data.map((operator) => (
          <List.Item key={operator.name}>
            <Group justify="space-between">
              <span>
                <span className="code">{operator.name}</span>
                {operator.isSelf && ' (this panel)'}
                {operator.why !== '' && <span className="quiet">: {operator.why}</span>}
              </span>
              <Button
                size="compact-sm"
                color="red"
                variant="subtle"
                aria-label={`Remove ${operator.name}`}
                onClick={() => setLeaving(operator)}
              >
                Remove
              </Button>
            </Group>
          </List.Item>
        ))}
      </List>
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone} data-autofocus>
          Close
        </Button>
      </Group>
    </Stack>
  )
}

import { Text } from '@mantine/core'
import type { TenantAction } from './tenant-actions.ts'

const colors = { kept: 'green', some: 'yellow', lost: 'red' } as const

/** Whether the data in the cache outlives an action. */
export function ActionSurvival({ action }: { readonly action: TenantAction }) {
  return (
    <Text component="span" size="xs" c={`var(--mantine-color-${colors[action.survival]}-text)`}>
      {action.sentence}
    </Text>
  )
}

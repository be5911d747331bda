import { Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** Where there is nothing yet: what would be here, and how to get it. */
export function Empty({
  title,
  children,
  action,
}: {
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <Stack align="center" gap="xs" py={64} px="md" ta="center">
      <Title order={2}>{title}</Title>
      {children !== undefined && (
        <Text maw={420} className="quiet">
          {children}
        </Text>
      )}
      {action}
    </Stack>
  )
}

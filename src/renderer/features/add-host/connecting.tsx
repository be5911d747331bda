import { Button, Group, Loader, Text } from '@mantine/core'

/** Reaching a server can take seconds; it can be given up. */
export function Connecting({ name, onCancel }: { readonly name: string; readonly onCancel: () => void }) {
  return (
    <Group gap="sm" role="status">
      <Loader size="sm" aria-hidden />
      <Text>Connecting to {name}.</Text>
      <Button variant="default" onClick={onCancel}>
        Cancel
      </Button>
    </Group>
  )
}

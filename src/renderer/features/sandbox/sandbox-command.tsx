import { Code, Group, Text } from '@mantine/core'
import { Copy } from '../../ui/copy.tsx'

const command = 'npm run try'

/** Where this panel cannot make a sandbox: why, and what the operator can do in a terminal. */
export function SandboxCommand({ why }: { readonly why: string }) {
  return (
    <>
      <Text className="quiet" mb="xs">
        A server made out of Linux namespaces on this computer, with a tenant on it and a panel of its own.{' '}
        {why} So start it from a terminal, in the project's folder:
      </Text>
      <Group gap={4}>
        <Code>{command}</Code>
        <Copy value={command} what="command" />
      </Group>
    </>
  )
}

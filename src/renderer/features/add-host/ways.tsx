import { Button, Code, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { HostOffers, HostTarget } from '../../../contract/host.ts'
import { useQueries } from '../../rpc/use-queries.ts'
import { Copy } from '../../ui/copy.tsx'
import styles from './add-host.module.css'
import { SshForm } from './ssh-form.tsx'

interface WaysProps {
  readonly onChoose: (name: string, target: HostTarget) => void
}

/** Three ways to a host: a server over SSH, this computer, or a sandbox to look around in. */
export function Ways({ onChoose }: WaysProps) {
  const { data: offers } = useQuery(useQueries().host.findOffers.queryOptions())
  return (
    <div className={styles.ways}>
      <section className={styles.way} aria-labelledby="way-ssh">
        <Title order={2} id="way-ssh" mb="sm">
          A server over SSH
        </Title>
        <SshForm configured={offers?.configured ?? []} onSubmit={onChoose} />
      </section>
      <Stack gap="md">
        <section className={styles.way} aria-labelledby="way-here">
          <Title order={2} id="way-here" mb="xs">
            This computer
          </Title>
          <ThisComputer offers={offers} onChoose={onChoose} />
        </section>
        {offers?.sandbox === true && <Sandbox />}
      </Stack>
    </div>
  )
}

function ThisComputer({ offers, onChoose }: WaysProps & { readonly offers: HostOffers | undefined }) {
  if (offers === undefined) return <Text className="quiet">Looking for Docker.</Text>
  const { thisComputer } = offers
  if (thisComputer === null) return <Text className="quiet">{offers.whyNotThisComputer}</Text>
  const { path } = thisComputer
  return (
    <Stack gap="sm" align="start">
      <Text className="quiet">
        Docker answers at <span className="code">{path}</span>.
      </Text>
      <Button variant="default" onClick={() => onChoose('this computer', { kind: 'socket', path })}>
        Use this computer
      </Button>
    </Stack>
  )
}

function Sandbox() {
  const command = 'npm run try'
  return (
    <section className={styles.way} aria-labelledby="way-sandbox">
      <Title order={2} id="way-sandbox" mb="xs">
        Try it in a sandbox
      </Title>
      <Text className="quiet" mb="xs">
        Makes a server out of Linux namespaces on this computer, with tenants on it, and opens a panel there.
        It needs root, so it is started from a terminal, in the project's folder:
      </Text>
      <Group gap={4}>
        <Code>{command}</Code>
        <Copy value={command} what="command" />
      </Group>
    </section>
  )
}

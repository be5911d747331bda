import { Button, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { HostOffers, HostTarget } from '../../../contract/host.ts'
import { useQueries } from '../../rpc/use-queries.ts'
import { Sandbox } from '../sandbox/sandbox.tsx'
import { SandboxCommand } from '../sandbox/sandbox-command.tsx'
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
        {offers !== undefined && offers.sandbox !== 'none' && (
          <section className={styles.way} aria-labelledby="way-sandbox">
            <Title order={2} id="way-sandbox" mb="xs">
              Try it in a sandbox
            </Title>
            {offers.sandbox === 'here' ? <Sandbox /> : <SandboxCommand why={offers.whyNotSandbox} />}
          </section>
        )}
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

import { Badge, Button, Group, Text } from '@mantine/core'
import { Plus } from 'lucide-react'
import { Link } from 'wouter'
import type { HostStatus } from '../../../contract/panel.ts'
import { nameTrouble } from '../../rpc/host-trouble.ts'
import { useLive } from '../../rpc/live-context.tsx'
import type { LiveState } from '../../rpc/live-state.ts'
import { Screen } from '../../ui/screen.tsx'
import { WithCode } from '../../ui/with-code.tsx'
import { ConnectionState } from './connection-state.tsx'
import { describeMode, describeTarget } from './describe-host.ts'
import { HostFigures, useHostFacts } from './host-figures.tsx'
import { HostMenu } from './host-menu.tsx'
import styles from './hosts.module.css'
import { PendingBanner } from './pending-banner.tsx'
import { PutBackBanner } from './put-back-banner.tsx'
import { ServerBanner } from './server-banner.tsx'
import { TrustButton } from './trust-host.tsx'
import { describeUnreached, UnlockHost } from './unlock-host.tsx'

const selectHosts = ({ hosts }: LiveState): readonly HostStatus[] => hosts

/** Every host with how it is doing. */
export function HostsScreen() {
  const hosts = useLive(selectHosts)
  return (
    <Screen
      wide
      title="Hosts"
      beside={<Text className="quiet figure">{hosts.length}</Text>}
      actions={
        <Button component={Link} href="/hosts/new" leftSection={<Plus size={14} aria-hidden />}>
          Add a host
        </Button>
      }
    >
      <div className={styles.cards}>
        {hosts.map((host) => (
          <HostCard key={host.id} host={host} />
        ))}
      </div>
    </Screen>
  )
}

function HostCard({ host }: { readonly host: HostStatus }) {
  const { id, name, target, mode, connection, isDefault, portRange } = host
  const trouble = nameTrouble(host)
  const { data: facts } = useHostFacts(name, connection === 'connected')
  return (
    <article className={styles.card} aria-labelledby={`host-${id}`}>
      <div className={styles.cardHead}>
        <Group gap="sm">
          <Text component={Link} href={`/hosts/${id}`} id={`host-${id}`} fw={600} size="md" c="inherit">
            {name}
          </Text>
          <ConnectionState host={host} />
          {isDefault && <Badge color="gray">Default</Badge>}
          <span className="quiet code">{describeTarget(target)}</span>
        </Group>
        <Group gap="sm" wrap="nowrap" flex="none">
          <span className="quiet">
            {describeMode(host)}, ports {portRange.from}–{portRange.to}
          </span>
          {mode === 'unknown' && connection !== 'unreachable' && (
            <Button component={Link} href={`/hosts/${id}/set-up`}>
              Prepare
            </Button>
          )}
          <HostMenu host={host} />
        </Group>
      </div>
      <ServerBanner host={host} />
      <PutBackBanner host={host} />
      <PendingBanner host={host} />
      {trouble !== '' && (
        <Group gap="sm" mb="xs">
          <Text role="status">
            <WithCode text={describeUnreached(host)} />
          </Text>
          <UnlockHost host={host} />
          <TrustButton host={host} />
        </Group>
      )}
      {connection !== 'unreachable' && mode !== 'unknown' && <HostFigures facts={facts} />}
    </article>
  )
}

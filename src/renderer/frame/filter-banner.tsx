import { Alert, Button, Group } from '@mantine/core'
import { ShieldAlert } from 'lucide-react'
import { Link } from 'wouter'
import type { HostStatus } from '../../contract/panel.ts'
import { useLive } from '../rpc/live-context.tsx'
import type { LiveState } from '../rpc/live-state.ts'
import styles from './frame.module.css'

const listHosts = ({ hosts }: LiveState): readonly HostStatus[] => hosts

/** Says on every screen which hosts let in others than they should, or can let in nobody more. */
export function FilterBanner() {
  const hosts = useLive(listHosts)
  return hosts.map((host) => <OfHost key={host.id} host={host} />)
}

function OfHost({ host: { id, name, filterFault } }: { readonly host: HostStatus }) {
  if (filterFault === null) return null
  const { kind, sentence } = filterFault
  // Preparing puts the others right; of these the check says what helps.
  const needsLook = kind !== 'open' && kind !== 'drifted'
  return (
    <Alert
      color={kind === 'drifted' || kind === 'held' ? 'yellow' : 'red'}
      radius={0}
      role="alert"
      icon={<ShieldAlert size={16} aria-hidden />}
      className={styles.banner}
    >
      <Group justify="space-between" wrap="nowrap">
        <span>{sentence}</span>
        <Button
          component={Link}
          href={needsLook ? `/hosts/${id}` : `/hosts/${id}/set-up`}
          variant="default"
          flex="none"
        >
          {needsLook ? `Look at ${name}` : `Prepare ${name}`}
        </Button>
      </Group>
    </Alert>
  )
}

import { Alert } from '@mantine/core'
import { ShieldAlert } from 'lucide-react'
import type { HostStatus } from '../../../contract/panel.ts'
import { useLive } from '../../rpc/live-context.tsx'
import type { LiveState } from '../../rpc/live-state.ts'
import { describePendingOf } from '../../ui/pending.ts'

const selectTenants = ({ tenants }: LiveState) => tenants

/** Says which access was taken away from a host's tenants and is not closed there for certain; nothing when all is. */
export function PendingBanner({ host }: { readonly host: HostStatus }) {
  const sentence = describePendingOf(host, useLive(selectTenants))
  if (sentence === '') return null
  return (
    <Alert color="red" role="status" mb="sm" icon={<ShieldAlert size={16} aria-hidden />}>
      {sentence}
    </Alert>
  )
}

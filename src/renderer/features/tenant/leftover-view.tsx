import { useMemo } from 'react'
import type { Tenant } from '../../../contract/tenant.ts'
import { useLive } from '../../rpc/live-context.tsx'
import type { LiveState } from '../../rpc/live-state.ts'
import { Screen } from '../../ui/screen.tsx'
import { TenantState } from '../../ui/tenant-state.tsx'
import { Card } from './card.tsx'
import { StateBanner } from './state-banner.tsx'
import { ActivityTab } from './tabs/activity-tab.tsx'

const selectHosts = ({ hosts }: LiveState) => hosts
const selectOperations = ({ operations }: LiveState) => operations

/**
 * The rest of a tenant that was not created or not deleted to the end: why, and what was done. It has nothing to use.
 */
export function LeftoverView({ tenant }: { readonly tenant: Tenant }) {
  const { id, name, state, why, leftover } = tenant
  const host = useLive(selectHosts).find((each) => each.name === tenant.host)
  const operations = useLive(selectOperations)
  const live = useMemo(() => operations.filter((each) => each.tenantId === id), [operations, id])
  return (
    <Screen wide title={name} beside={<TenantState state={state} why={why} leftover={leftover} />}>
      <StateBanner tenant={tenant} hostId={host?.id} replaced={host?.server?.kind === 'replaced'} />
      <Card title="Activity">
        <ActivityTab tenant={tenant} live={live} />
      </Card>
    </Screen>
  )
}

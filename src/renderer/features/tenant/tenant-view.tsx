import { Badge } from '@mantine/core'
import { useSessionStorage } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useMemo, useState } from 'react'
import { useLocation } from 'wouter'
import type { Tenant } from '../../../contract/tenant.ts'
import { useLive } from '../../rpc/live-context.tsx'
import type { LiveState } from '../../rpc/live-state.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { isMild, renderMark } from '../../ui/health.ts'
import { renderPlain } from '../../ui/plain-text.ts'
import { Screen } from '../../ui/screen.tsx'
import { TenantState } from '../../ui/tenant-state.tsx'
import { ActionBar } from './actions/action-bar.tsx'
import { listTenantActions } from './actions/tenant-actions.ts'
import {
  disconnectClient,
  restartTenant,
  resumeTenant,
  suspendTenant,
  upgradeTenant,
} from './actions/tenant-command.ts'
import type { TenantDialog } from './actions/tenant-dialog.ts'
import { TenantDialogs } from './actions/tenant-dialogs.tsx'
import { useTenantWork } from './actions/use-tenant-work.ts'
import { WorkPanel } from './actions/work-panel.tsx'
import { AllowCard } from './allowlist/allow-card.tsx'
import { EndpointCard } from './endpoint-card.tsx'
import { FiguresCard } from './figures-card.tsx'
import { HeaderTags } from './header-tags.tsx'
import { findNeighbours } from './neighbours.ts'
import { StateBanner } from './state-banner.tsx'
import { type TenantTab, TenantTabs } from './tabs/tenant-tabs.tsx'
import styles from './tenant-view.module.css'
import { useTenantDetails } from './use-tenant-details.ts'
import { useTenantFigures } from './use-tenant-figures.ts'
import { useTenantPalette } from './use-tenant-palette.ts'

const selectTenants = ({ tenants }: LiveState) => tenants
const selectHosts = ({ hosts }: LiveState) => hosts
const selectOperations = ({ operations }: LiveState) => operations

interface TenantViewProps {
  readonly tenant: Tenant
  /** Its deletion was begun here. */
  readonly onDelete: () => void
}

/** In letters; beside a longer name there is no room for tags. */
const longName = 28

/** A tenant's endpoint, state, figures and allowed addresses at one look, and what can be done with it. */
export function TenantView({ tenant, onDelete }: TenantViewProps) {
  const { id, name, state, health, why } = tenant
  const tenants = useLive(selectTenants)
  const host = useLive(selectHosts).find((each) => each.name === tenant.host)
  const operations = useLive(selectOperations)
  const live = useMemo(() => operations.filter((each) => each.tenantId === id), [operations, id])
  const running = live.filter(({ outcome }) => outcome === 'running')
  const neighbours = useMemo(() => findNeighbours(tenants, id), [tenants, id])
  const [, navigate] = useLocation()
  const [dialog, setDialog] = useState<TenantDialog>()
  const [tab, setTab] = useSessionStorage<TenantTab>({
    ...{ key: 'tenant.tab', defaultValue: 'Connect', getInitialValueInEffect: false },
  })
  const shownFigures = useTenantFigures(tenant)
  const mark = renderMark(tenant)
  const own = useTenantWork()
  const { command, run } = own
  const details = useTenantDetails(tenant, live)
  const busy = own.busy || running.length > 0
  const handlers = {
    suspend: () => void run(suspendTenant(tenant), false),
    resume: () => void run(resumeTenant(tenant), false),
    restart: () => void run(restartTenant(tenant), true),
    upgrade: () => void run(upgradeTenant(tenant), false),
    open: setDialog,
  }
  const actions = listTenantActions(tenant, busy, handlers, details.data?.upgrade.available)
  const go = (to: string): void => navigate(`/tenants/${to}`)
  const handOver = (): void => setDialog('hand-over')
  useTenantPalette({ tenant, actions, neighbours, onGo: go, onShow: setTab, onHandOver: handOver })
  return (
    <Screen
      wide
      title={name}
      beside={
        <>
          <TenantState state={state} why={why} health={health} />
          {mark !== '' && (
            <Badge color={isMild(tenant) ? 'yellow' : 'red'} flex="none" title={renderPlain(why)}>
              {mark}
            </Badge>
          )}
          <HeaderTags tags={tenant.tags} most={name.length > longName ? 0 : 3} />
        </>
      }
      actions={
        <ActionBar
          actions={actions}
          tenant={tenant}
          neighbours={neighbours}
          onHandOver={handOver}
          onGo={go}
        />
      }
    >
      <WorkPanel
        tenant={tenant}
        own={own}
        running={running}
        onCloseIdle={(client) => own.closeIdle(disconnectClient(tenant, client))}
      />
      {running.length === 0 && (
        <StateBanner
          tenant={tenant}
          hostId={host?.id}
          putBack={host?.putBack?.tenants.includes(tenant.name) === true}
          replaced={host?.server?.kind === 'replaced'}
          onShowLog={() => setTab('Logs')}
          onAsk={setDialog}
        />
      )}
      <div className={styles.grid}>
        <EndpointCard tenant={tenant} hostId={host?.id} />
        <FiguresCard tenant={tenant} shown={shownFigures} />
        <AllowCard tenant={tenant} host={host} />
        <TenantTabs
          tenant={tenant}
          live={live}
          actions={actions}
          details={details}
          shown={tab}
          onShow={setTab}
        />
      </div>
      <TenantDialogs
        tenant={tenant}
        host={host}
        usedBytes={shownFigures.figures?.usedBytes}
        details={details}
        open={dialog}
        onClose={() => setDialog(undefined)}
        onRun={(next, confirmed) => void run(next, confirmed)}
        onDelete={async (next) => {
          onDelete()
          if (!(await run(next, true))) return
          notifications.show({ message: next.done })
          navigate('/tenants')
        }}
      />
      <Confirm
        opened={own.loses !== undefined}
        title={`${command?.verb} ${name}?`}
        verb={command?.verb ?? ''}
        onConfirm={() => command && void run(command, true)}
        onClose={own.putAway}
      >
        {own.loses}
      </Confirm>
    </Screen>
  )
}

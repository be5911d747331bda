import { Tabs } from '@mantine/core'
import type { Operation } from '../../../../contract/activity.ts'
import type { Tenant } from '../../../../contract/tenant.ts'
import type { TenantAction } from '../actions/tenant-actions.ts'
import type { TenantDetails } from '../use-tenant-details.ts'
import { ActivityTab } from './activity-tab.tsx'
import { ConnectTab } from './connect-tab.tsx'
import { LogsTab } from './logs-tab.tsx'
import { SettingsTab } from './settings-tab.tsx'
import tabs from './tabs.module.css'

export const tenantTabs = ['Connect', 'Activity', 'Logs', 'Settings'] as const
export type TenantTab = (typeof tenantTabs)[number]

interface TenantTabsProps {
  readonly tenant: Tenant
  readonly live: readonly Operation[]
  readonly actions: readonly TenantAction[]
  readonly details: TenantDetails
  readonly shown: TenantTab
  readonly onShow: (tab: TenantTab) => void
}

/** The parts of a tenant that are not needed at every look, one click away. */
export function TenantTabs({ tenant, live, actions, details, shown, onShow }: TenantTabsProps) {
  return (
    <Tabs
      value={shown}
      onChange={(tab) => onShow(tenantTabs.find((each) => each === tab) ?? 'Connect')}
      keepMounted={false}
      className={tabs.card}
    >
      <Tabs.List aria-label="More about the tenant">
        {tenantTabs.map((tab) => (
          <Tabs.Tab key={tab} value={tab}>
            {tab}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="Connect" className={tabs.panel}>
        <ConnectTab details={details} />
      </Tabs.Panel>
      <Tabs.Panel value="Activity" className={tabs.panel}>
        <ActivityTab tenant={tenant} live={live} />
      </Tabs.Panel>
      <Tabs.Panel value="Logs" className={tabs.panel}>
        <LogsTab tenant={tenant} />
      </Tabs.Panel>
      <Tabs.Panel value="Settings" className={tabs.panel}>
        <SettingsTab tenant={tenant} actions={actions} details={details} />
      </Tabs.Panel>
    </Tabs>
  )
}

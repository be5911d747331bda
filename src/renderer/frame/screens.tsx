import { Redirect, Route, Switch, useLocation } from 'wouter'
import { ActivityScreen } from '../features/activity/activity-screen.tsx'
import { FirstRun } from '../features/first-run/first-run.tsx'
import { AddHostScreen } from '../features/hosts/add-host-screen.tsx'
import { HostScreen } from '../features/hosts/host-screen.tsx'
import { HostsScreen } from '../features/hosts/hosts-screen.tsx'
import { SetUpScreen } from '../features/hosts/set-up-screen.tsx'
import { SettingsScreen } from '../features/settings/settings-screen.tsx'
import { TenantScreen } from '../features/tenant/tenant-screen.tsx'
import { TenantsScreen } from '../features/tenants/tenants-screen.tsx'
import { useLive } from '../rpc/live-context.tsx'
import type { LiveState } from '../rpc/live-state.ts'
import { ScreenGuard } from './screen-guard.tsx'

const isFirstRun = ({ loaded, hosts }: LiveState): boolean => loaded && hosts.length === 0

/** One screen an address. Until there is a host, there is only the way to the first one. */
export function Screens() {
  const firstRun = useLive(isFirstRun)
  const [place] = useLocation()
  return (
    <ScreenGuard place={place}>
      <Switch>
        <Route path="/settings" component={SettingsScreen} />
        <Route path="/activity" component={ActivityScreen} />
        {firstRun && <Route component={FirstRun} />}
        <Route path="/tenants" component={TenantsScreen} />
        <Route path="/tenants/:id">{({ id }) => <TenantScreen key={id} id={id} />}</Route>
        <Route path="/hosts" component={HostsScreen} />
        <Route path="/hosts/new" component={AddHostScreen} />
        <Route path="/hosts/:id/set-up">{({ id }) => <SetUpScreen key={id} id={id} />}</Route>
        <Route path="/hosts/:id">{({ id }) => <HostScreen key={id} id={id} />}</Route>
        <Route>
          <Redirect to="/tenants" replace />
        </Route>
      </Switch>
    </ScreenGuard>
  )
}

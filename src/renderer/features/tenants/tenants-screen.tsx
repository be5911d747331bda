import { Screen } from '../../ui/screen.tsx'

export function TenantsScreen() {
  return <Screen title="Tenants">Not built yet.</Screen>
}

import { Screen } from '../../ui/screen.tsx'

export function HostsScreen() {
  return <Screen title="Hosts">Not built yet.</Screen>
}

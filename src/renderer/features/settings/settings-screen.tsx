import { Screen } from '../../ui/screen.tsx'

export function SettingsScreen() {
  return <Screen title="Settings">Not built yet.</Screen>
}

import { Screen } from '../../ui/screen.tsx'

export function ActivityScreen() {
  return <Screen title="Activity">Not built yet.</Screen>
}

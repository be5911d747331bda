import { Screen } from '../../ui/screen.tsx'

export function FirstRun() {
  return <Screen title="Add your first host">Not built yet.</Screen>
}

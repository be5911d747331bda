import { Screen } from '../../ui/screen.tsx'

export function TenantScreen({ id }: { readonly id: string }) {
  return <Screen title={id}>Not built yet.</Screen>
}

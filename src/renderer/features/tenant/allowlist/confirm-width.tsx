import type { AllowPreview, Tenant } from '../../../../contract/tenant.ts'
import { Confirm } from '../../../ui/confirm.tsx'

interface ConfirmWidthProps {
  readonly opened: boolean
  readonly tenant: Tenant
  readonly preview: AllowPreview | undefined
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Asked before an allowlist lets in everybody, or much of the internet. */
export function ConfirmWidth({ opened, tenant, preview, onConfirm, onClose }: ConfirmWidthProps) {
  const { name, port } = tenant
  const risk =
    'will be able to read, change and delete what is in this cache, and to use it in attacks on others.'
  if (preview?.opensToAnyone) {
    return (
      <Confirm
        opened={opened}
        title={`Open ${name} to anyone?`}
        verb="Open to anyone"
        typed="anyone"
        onConfirm={onConfirm}
        onClose={onClose}
      >
        memcached asks for no password. Everybody on the internet who finds port {port} {risk}
      </Confirm>
    )
  }
  return (
    <Confirm
      opened={opened}
      title={`Open ${name} this wide?`}
      verb="Allow all of these"
      onConfirm={onConfirm}
      onClose={onClose}
    >
      {preview?.widens} memcached asks for no password: whoever comes from there and finds port {port} {risk}
    </Confirm>
  )
}

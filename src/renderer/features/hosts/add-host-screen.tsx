import { useCallback } from 'react'
import { useLocation } from 'wouter'
import type { Host } from '../../../contract/host.ts'
import { Screen } from '../../ui/screen.tsx'
import { AddHost } from '../add-host/add-host.tsx'

/** One more host. */
export function AddHostScreen() {
  const [, navigate] = useLocation()
  const onAdded = useCallback((host: Host) => navigate(`/hosts/${host.id}/set-up`), [navigate])
  return (
    <Screen title="Add a host">
      <AddHost onAdded={onAdded} />
    </Screen>
  )
}

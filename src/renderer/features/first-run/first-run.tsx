import { Text } from '@mantine/core'
import { useCallback } from 'react'
import { useLocation } from 'wouter'
import type { Host } from '../../../contract/host.ts'
import { Screen } from '../../ui/screen.tsx'
import { AddHost } from '../add-host/add-host.tsx'

/** The screen of a panel without hosts: the way to the first. */
export function FirstRun() {
  const [, navigate] = useLocation()
  const onAdded = useCallback((host: Host) => navigate(`/hosts/${host.id}/set-up`), [navigate])
  return (
    <Screen title="Where should the caches run?">
      <AddHost
        onAdded={onAdded}
        intro={
          <Text maw={640} className="quiet">
            Memharbor needs one server with Docker, or this computer. It looks first, says what it would
            change, and changes nothing before you agree.
          </Text>
        }
      />
    </Screen>
  )
}

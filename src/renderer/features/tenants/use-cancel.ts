import { notifications } from '@mantine/notifications'
import { useCallback } from 'react'
import type { Tenant } from '../../../contract/tenant.ts'
import { useClient } from '../../rpc/client-context.tsx'
import { toFailure } from '../../rpc/failure.ts'
import { useLiveStore } from '../../rpc/live-context.tsx'
import { indexRunning } from './table/operation-text.ts'

/** Asks what is being done to a tenant to stop. The row shows how it ends. */
export function useCancel(): (tenant: Tenant) => void {
  const client = useClient()
  const live = useLiveStore()
  return useCallback(
    ({ name }) => {
      const operation = indexRunning(live.get().operations).get(name)
      if (operation === undefined) return
      const ask = async (): Promise<void> => {
        const { asked } = await client.activity.cancel({ id: operation.id })
        if (!asked) notifications.show({ message: `It is too late: ${name} goes on to the end.` })
      }
      ask().catch((error: unknown) => {
        const { code, message } = toFailure(error)
        // It ended in the same moment.
        if (code !== 'NOT_RUNNING') notifications.show({ color: 'red', message })
      })
    },
    [client, live],
  )
}

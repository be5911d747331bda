import { notifications } from '@mantine/notifications'
import { useCallback } from 'react'
import type { Operation } from '../../contract/activity.ts'
import { useClient } from '../rpc/client-context.tsx'
import { toFailure } from '../rpc/failure.ts'

/**
 * Asks a running operation to stop. That it is stopping comes back with the operation itself, to every page that shows
 * it; what is said here is only that it can't be asked.
 */
export function useCancelOperation(): (operation: Pick<Operation, 'id'>) => void {
  const client = useClient()
  return useCallback(
    ({ id }) => {
      const ask = async (): Promise<void> => {
        const { asked } = await client.activity.cancel({ id })
        if (!asked) notifications.show({ message: 'It is too late to stop: it goes on to its end.' })
      }
      ask().catch((error: unknown) => {
        const { code, message } = toFailure(error)
        // It ended in the same moment, and its end is shown.
        if (code !== 'NOT_RUNNING') notifications.show({ color: 'red', message })
      })
    },
    [client],
  )
}

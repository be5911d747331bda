import { useCallback } from 'react'
import type { Tenant } from '../../../contract/tenant.ts'
import { useLiveStore } from '../../rpc/live-context.tsx'
import { useCancelOperation } from '../../ui/use-cancel-operation.ts'
import { indexRunning } from './table/operation-text.ts'

/** Asks what is being done to a tenant to stop. The row shows that it is stopping, and how it ends. */
export function useCancel(): (tenant: Tenant) => void {
  const live = useLiveStore()
  const cancel = useCancelOperation()
  return useCallback(
    ({ id }) => {
      const operation = indexRunning(live.get().operations).get(id)
      if (operation !== undefined) cancel(operation)
    },
    [cancel, live],
  )
}

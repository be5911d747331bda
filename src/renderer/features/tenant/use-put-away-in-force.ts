import { useEffect, useRef } from 'react'
import type { Tenant } from '../../../contract/tenant.ts'
import { toFailure } from '../../rpc/failure.ts'

/**
 * Puts a failure away that says that access is not closed yet, as soon as all of the tenant's is: the alarm, and the offer
 * to try again, would outlive what they are about.
 * @param error the failure that is shown, if any
 */
export function usePutAwayInForce(
  error: unknown,
  { pending }: Pick<Tenant, 'pending'>,
  putAway: () => void,
): void {
  const wasPending = useRef(false)
  const isAlarm = error !== undefined && toFailure(error).code === 'NOT_IN_FORCE'
  const isPending = pending.length > 0
  useEffect(() => {
    if (isAlarm && wasPending.current && !isPending) putAway()
    wasPending.current = isAlarm && isPending
  }, [isAlarm, isPending, putAway])
}

import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Operation } from '../../../contract/activity.ts'
import type { Tenant } from '../../../contract/tenant.ts'
import { useQueries } from '../../rpc/use-queries.ts'

/**
 * The tenant's details that live events do not carry: examples, the text to hand over, whether there is an upgrade.
 * Read again when an operation on the tenant ended or its endpoint is another.
 */
export function useTenantDetails({ id, name, port, addresses }: Tenant, live: readonly Operation[]) {
  const ended = live.find(({ outcome }) => outcome !== 'running')?.id
  const details = useQuery({
    ...useQueries().tenant.show.queryOptions({ input: { id, name } }),
    staleTime: 60_000,
  })
  const { refetch } = details
  const basis = JSON.stringify([port, addresses, ended])
  useEffect(() => {
    if (basis !== '') void refetch()
  }, [basis, refetch])
  return details
}

export type TenantDetails = ReturnType<typeof useTenantDetails>

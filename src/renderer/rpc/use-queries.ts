import { createTanstackQueryUtils } from '@orpc/tanstack-query'
import { useMemo } from 'react'
import { useClient } from './client-context.tsx'

/** For `useQuery(useQueries().tenant.show.queryOptions({ input: { name } }))`: keys and functions of every procedure. */
export function useQueries() {
  const client = useClient()
  return useMemo(() => createTanstackQueryUtils(client), [client])
}

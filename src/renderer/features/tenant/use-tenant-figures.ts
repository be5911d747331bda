import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { Tenant, TenantFigures } from '../../../contract/tenant.ts'
import { useQueries } from '../../rpc/use-queries.ts'
import { canHaveFigures, type Rates, readRates } from './figures.ts'

export interface ShownFigures {
  readonly figures: TenantFigures | undefined
  readonly rates: Rates | undefined
  /** False until the cache was asked once. */
  readonly asked: boolean
}

/** A tenant's figures as they are now, asked every 2 s while the page can be seen. */
export function useTenantFigures(tenant: Tenant): ShownFigures {
  const enabled = canHaveFigures(tenant)
  const { data, isFetched } = useQuery({
    ...useQueries().tenant.figures.queryOptions({ input: { ids: [tenant.id] } }),
    enabled,
    refetchInterval: 2_000,
  })
  const figures = enabled ? data?.[0] : undefined
  const before = useRef<TenantFigures>(undefined)
  const [rates, setRates] = useState<Rates>()
  useEffect(() => {
    if (figures?.observedAt === before.current?.observedAt) return
    setRates(figures === undefined ? undefined : readRates(before.current, figures))
    before.current = figures
  }, [figures])
  return { figures, rates: figures === undefined ? undefined : rates, asked: isFetched }
}

import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { Tenant, TenantFigures } from '../../../contract/tenant.ts'
import { useQueries } from '../../rpc/use-queries.ts'
import { canHaveFigures, type Rates, readRates } from './figures.ts'

export interface ShownFigures {
  readonly figures: TenantFigures | undefined
  readonly rates: Rates | undefined
  /** How many questions in a row it has not answered. */
  readonly misses: number
}

/** A tenant's figures as they are now, asked every 2 s while the page can be seen. */
export function useTenantFigures(tenant: Tenant): ShownFigures {
  const { id } = tenant
  const enabled = canHaveFigures(tenant)
  const { data, dataUpdatedAt } = useQuery({
    ...useQueries().tenant.figures.queryOptions({ input: { ids: [id] } }),
    enabled,
    refetchInterval: 2_000,
    // Figures of an earlier visit are not those of now.
    gcTime: 0,
  })
  const answer = enabled ? data : undefined
  const figures = answer?.figures[0]
  const before = useRef<TenantFigures>(undefined)
  const [rates, setRates] = useState<Rates>()
  useEffect(() => {
    if (figures?.observedAt === before.current?.observedAt) return
    setRates(figures === undefined ? undefined : readRates(before.current, figures))
    before.current = figures
  }, [figures])
  const [misses, setMisses] = useState(0)
  useEffect(() => {
    // Two answers without figures are the same value; when they came tells them apart.
    void dataUpdatedAt
    setMisses((so) => (answer === undefined || !answer.silent.includes(id) ? 0 : so + 1))
  }, [answer, dataUpdatedAt, id])
  return { figures, rates: figures === undefined ? undefined : rates, misses }
}

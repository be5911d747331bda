import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { Tenant, TenantFigures } from '../../../contract/tenant.ts'
import { addSample, type LastMinute, readLastMinute, type Sample } from '../../rpc/last-minute.ts'
import { useQueries } from '../../rpc/use-queries.ts'
import { canHaveFigures, readGetRate } from './figures.ts'

export interface ShownFigures {
  readonly figures: TenantFigures | undefined
  /** Gets for one second. */
  readonly getRate: number | undefined
  readonly lastMinute: LastMinute | undefined
  /** How many questions in a row it has not answered. */
  readonly misses: number
  /** Connections that its clients hold, as its host counts them while it is silent. */
  readonly held: number | undefined
}

const notMeasured = { getRate: undefined, lastMinute: undefined } as const

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
  const samples = useRef<readonly Sample[]>([])
  const [measured, setMeasured] = useState<Pick<ShownFigures, 'getRate' | 'lastMinute'>>(notMeasured)
  useEffect(() => {
    if (figures?.observedAt === before.current?.observedAt) return
    const getRate = figures === undefined ? undefined : readGetRate(before.current, figures)
    before.current = figures
    if (figures !== undefined) samples.current = addSample(samples.current, figures)
    setMeasured({ getRate, lastMinute: readLastMinute(samples.current) })
  }, [figures])
  const [misses, setMisses] = useState(0)
  useEffect(() => {
    // Two answers without figures are the same value; when they came tells them apart.
    void dataUpdatedAt
    setMisses((so) => (answer === undefined || !answer.silent.includes(id) ? 0 : so + 1))
  }, [answer, dataUpdatedAt, id])
  const held = answer?.held[id]
  return { figures, ...(figures === undefined ? notMeasured : measured), misses, held }
}

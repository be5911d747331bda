import { useEffect } from 'react'
import type { Tenant } from '../../../../contract/tenant.ts'
import { useFiguresPoller } from '../use-figures.ts'

/** Scrolling has to rest so long before what is shown is asked for. */
const restMs = 120

/** Has the figures of those rows asked for first that can be seen. */
export function useVisibleFigures(
  rows: readonly Tenant[],
  range: { readonly startIndex: number; readonly endIndex: number } | null,
): void {
  const poller = useFiguresPoller()
  const from = range?.startIndex ?? 0
  const to = range?.endIndex ?? 40
  useEffect(() => {
    const timer = setTimeout(() => {
      const seen = rows.slice(from, to + 1)
      poller?.show(
        seen.flatMap(({ id, state }) => (state === 'running' || state === 'suspended' ? [id] : [])),
      )
    }, restMs)
    return () => clearTimeout(timer)
  }, [poller, rows, from, to])
}

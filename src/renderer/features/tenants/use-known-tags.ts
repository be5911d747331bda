import { useMemo } from 'react'
import { useLiveStore } from '../../rpc/live-context.tsx'
import { countChoices } from './filter-tenants.ts'

/** Tags that tenants have now, the most frequent first; not followed while a form is open. */
export function useKnownTags(): string[] {
  const live = useLiveStore()
  return useMemo(() => countChoices(live.get().tenants, 'tag').map(({ value }) => value), [live])
}

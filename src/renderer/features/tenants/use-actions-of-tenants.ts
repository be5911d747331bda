import { useCallback, useMemo, useState } from 'react'
import type { Tenant } from '../../../contract/tenant.ts'
import { renderEndpoint } from '../../ui/endpoint.ts'
import { copyText, useCarryOut } from './bulk/use-verbs.tsx'
import type { VerbKind } from './bulk/verbs.ts'

/** What is asked before a verb is carried out. */
export interface Asking {
  readonly kind: Exclude<VerbKind, 'suspend' | 'resume'>
  readonly tenants: readonly Tenant[]
}

/** All that can be done with tenants, each with one or many of them. */
export interface TenantActions {
  readonly start: (kind: VerbKind, tenants: readonly Tenant[]) => void
  readonly copyEndpoints: (tenants: readonly Tenant[]) => void
}

/** Begins what needs no question at once, and says what has to be asked for the rest. */
export function useTenantActions() {
  const carryOut = useCarryOut()
  const [asking, setAsking] = useState<Asking>()
  const start = useCallback<TenantActions['start']>(
    (kind, tenants) => {
      if (tenants.length === 0) return
      if (kind === 'suspend' || kind === 'resume') carryOut({ kind }, tenants)
      else setAsking({ kind, tenants })
    },
    [carryOut],
  )
  const copyEndpoints = useCallback<TenantActions['copyEndpoints']>((tenants) => {
    const endpoints = tenants.map(({ addresses, port }) => renderEndpoint(addresses[0], port)).filter(Boolean)
    const [only = ''] = endpoints
    void copyText(endpoints.join('\n'), endpoints.length === 1 ? only : `${endpoints.length} endpoints`)
  }, [])
  const actions = useMemo<TenantActions>(() => ({ start, copyEndpoints }), [start, copyEndpoints])
  return { actions, asking, endAsking: useCallback(() => setAsking(undefined), []) }
}

import { useCallback, useMemo, useState } from 'react'
import type { Tenant } from '../../../contract/tenant.ts'
import { copyText } from '../../ui/copy-text.ts'
import { renderEndpoint } from '../../ui/endpoint.ts'
import { useCarryOut } from './bulk/use-verbs.tsx'
import { asksToSuspend, type VerbKind } from './bulk/verbs.ts'

/** The question before a verb is carried out. */
export interface Asking {
  readonly kind: Exclude<VerbKind, 'resume'>
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
      if (kind === 'resume' || (kind === 'suspend' && !asksToSuspend(tenants))) carryOut({ kind }, tenants)
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

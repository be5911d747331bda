import { useState } from 'react'
import type { AllowEntry, WidthConfirmed } from '../../../../contract/allowlist.ts'
import type { AllowlistChange, Tenant } from '../../../../contract/tenant.ts'
import { useClient } from '../../../rpc/client-context.tsx'
import { useLiveStore } from '../../../rpc/live-context.tsx'
import { toAllowInputs, toNewAllowInputs } from './allow-rows.ts'
import { type AllowUndo, describeDifference, planUndo, readDifference } from './undo.ts'

/** The last change that was made here. */
export interface LastChange {
  readonly sentence: string
  /** Undefined when it changed nothing. */
  readonly undo: AllowUndo | undefined
}

export interface AllowlistEditor {
  /** The change under way: `add`, `undo`, or the entry that is changed; undefined when there is none. */
  readonly pending: string | undefined
  readonly last: LastChange | undefined
  readonly error: unknown
  /** @param confirmed how wide the list was said to become */
  readonly allow: (
    entries: readonly AllowEntry[],
    confirmed: WidthConfirmed | undefined,
  ) => Promise<LastChange | undefined>
  readonly relabel: (cidr: string, label: string) => Promise<LastChange | undefined>
  readonly revoke: (cidr: string) => Promise<LastChange | undefined>
  readonly undo: (undo: AllowUndo) => Promise<LastChange | undefined>
  readonly putAway: () => void
}

interface TenantRef {
  readonly id: string
  readonly name: string
}

/** Changes of one tenant's allowlist. Nothing is shown as changed before the host has it. */
export function useAllowlist({ id, name }: Tenant): AllowlistEditor {
  const { tenant } = useClient()
  const live = useLiveStore()
  const [pending, setPending] = useState<string>()
  const [last, setLast] = useState<LastChange>()
  const [error, setError] = useState<unknown>()
  // An undo in a notice may come after the tenant was renamed.
  const current = (): TenantRef => ({ id, name: live.get().tenantsById.get(id)?.name ?? name })

  const change = async (
    what: string,
    call: (which: TenantRef) => Promise<AllowlistChange>,
  ): Promise<LastChange | undefined> => {
    setPending(what)
    setError(undefined)
    try {
      const changed = await call(current())
      const difference = readDifference(changed)
      const next = { sentence: describeDifference(difference, changed), undo: planUndo(difference) }
      setLast(next)
      return next
    } catch (caught) {
      setError(caught)
      return undefined
    } finally {
      setPending(undefined)
    }
  }

  return {
    ...{ pending, last, error },
    allow: (entries, confirmed) =>
      change('add', (which) => tenant.allow({ ...which, entries: toNewAllowInputs(entries), confirmed })),
    relabel: (cidr, label) => change(cidr, (which) => tenant.allow({ ...which, entries: [{ cidr, label }] })),
    revoke: (cidr) => change(cidr, (which) => tenant.revoke({ ...which, cidrs: [cidr] })),
    undo: (undo) =>
      change('undo', (which) =>
        undo.revoke.length > 0
          ? tenant.revoke({ ...which, cidrs: toAllowInputs(toEntries(undo.revoke)).map(toCidr) })
          : // It was so a moment ago, however wide.
            tenant.allow({ ...which, entries: toAllowInputs(undo.allow), confirmed: 'anyone' }),
      ),
    putAway: () => {
      setLast(undefined)
      setError(undefined)
    },
  }
}

const toEntries = (cidrs: readonly string[]): AllowEntry[] => cidrs.map((cidr) => ({ cidr, label: '' }))
const toCidr = ({ cidr }: { readonly cidr: string }): string => cidr

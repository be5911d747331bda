import { useState } from 'react'
import type { AllowEntry } from '../../../../contract/allowlist.ts'
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
  /** What is under way: `add`, `undo`, or the entry that is changed; undefined when nothing is. */
  readonly pending: string | undefined
  readonly last: LastChange | undefined
  readonly error: unknown
  readonly allow: (entries: readonly AllowEntry[]) => Promise<LastChange | undefined>
  readonly relabel: (cidr: string, label: string) => Promise<LastChange | undefined>
  readonly revoke: (cidr: string) => Promise<LastChange | undefined>
  readonly undo: (undo: AllowUndo) => Promise<LastChange | undefined>
  readonly putAway: () => void
}

/** Changes of one tenant's allowlist. Nothing is shown as changed before the host has it. */
export function useAllowlist({ id, name }: Tenant): AllowlistEditor {
  const { tenant } = useClient()
  const live = useLiveStore()
  const [pending, setPending] = useState<string>()
  const [last, setLast] = useState<LastChange>()
  const [error, setError] = useState<unknown>()
  // An undo in a notice may come after the tenant was renamed.
  const currentName = (): string => live.get().tenantsById.get(id)?.name ?? name

  const change = async (
    what: string,
    call: (name: string) => Promise<AllowlistChange>,
  ): Promise<LastChange | undefined> => {
    setPending(what)
    setError(undefined)
    try {
      const changed = await call(currentName())
      const difference = readDifference(changed)
      const next = { sentence: describeDifference(difference, changed.cut), undo: planUndo(difference) }
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
    allow: (entries) =>
      change('add', (current) => tenant.allow({ name: current, entries: toNewAllowInputs(entries) })),
    relabel: (cidr, label) =>
      change(cidr, (current) => tenant.allow({ name: current, entries: [{ cidr, label }] })),
    revoke: (cidr) => change(cidr, (current) => tenant.revoke({ name: current, cidrs: [cidr] })),
    undo: (undo) =>
      change('undo', (current) =>
        undo.revoke.length > 0
          ? tenant.revoke({ name: current, cidrs: toAllowInputs(toEntries(undo.revoke)).map(toCidr) })
          : tenant.allow({ name: current, entries: toAllowInputs(undo.allow) }),
      ),
    putAway: () => {
      setLast(undefined)
      setError(undefined)
    },
  }
}

const toEntries = (cidrs: readonly string[]): AllowEntry[] => cidrs.map((cidr) => ({ cidr, label: '' }))
const toCidr = ({ cidr }: { readonly cidr: string }): string => cidr

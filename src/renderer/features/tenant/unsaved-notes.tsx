import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { useLiveStore } from '../../rpc/live-context.tsx'
import { createStore, type Store } from '../../rpc/store.ts'
import { type Draft, isDirty } from './draft.ts'

/** Notes of a tenant that are typed, or were just saved and are not told by the panel yet. */
export interface UnsavedNotes {
  readonly draft: Draft
  /** Why the last try to save them failed; undefined when none has. */
  readonly error: unknown
}

/** By the tenant's id. */
export type AllUnsavedNotes = ReadonlyMap<string, UnsavedNotes>

const UnsavedNotesContext = createContext<Store<AllUnsavedNotes> | undefined>(undefined)

/** Keeps what could not be saved while other screens are shown, and has the operator asked before it is lost. */
export function UnsavedNotesProvider({ children }: { readonly children: ReactNode }) {
  const [store] = useState(() => createStore<AllUnsavedNotes>(new Map()))
  const live = useLiveStore()
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => {
      const { tenantsById } = live.get()
      const unsaved = [...store.get()].filter(([id, { draft }]) => isDirty(draft) && tenantsById.has(id))
      if (unsaved.length > 0) event.preventDefault()
    }
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [live, store])
  return <UnsavedNotesContext value={store}>{children}</UnsavedNotesContext>
}

export function useUnsavedNotes(): Store<AllUnsavedNotes> {
  const store = useContext(UnsavedNotesContext)
  if (store === undefined) throw new Error('useUnsavedNotes outside of UnsavedNotesProvider')
  return store
}

/** The same with other notes of one tenant; without them when there is nothing unsaved. */
export function withNotes(
  all: AllUnsavedNotes,
  tenantId: string,
  notes: UnsavedNotes | undefined,
): AllUnsavedNotes {
  if (notes === undefined && !all.has(tenantId)) return all
  const next = new Map(all)
  if (notes === undefined) next.delete(tenantId)
  else next.set(tenantId, notes)
  return next
}

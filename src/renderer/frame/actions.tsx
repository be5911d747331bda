import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react'

/** Something the operator can do from where they are: shown in the command palette, and by its keys everywhere. */
export interface Action {
  /** Unique among what is there at the same time: `tenant.create`. */
  readonly id: string
  /** The verb first: `New tenant`. */
  readonly title: string
  /** The subject, or another word to find it by; shown small beside the title. */
  readonly hint?: string
  /** As `findPressed` reads them: `mod+N`, `shift+Delete`. Must not hide a key that text fields need. */
  readonly keys?: string
  readonly run: () => void
}

interface ActionRegistry {
  readonly actions: readonly Action[]
  add(actions: readonly Action[]): () => void
}

const ActionsContext = createContext<ActionRegistry | undefined>(undefined)

export function ActionsProvider({ children }: { readonly children: ReactNode }) {
  const [groups, setGroups] = useState<readonly (readonly Action[])[]>([])
  const registry = useMemo<ActionRegistry>(
    () => ({
      // A screen's actions come before those of the frame.
      actions: groups.toReversed().flat(),
      add(actions) {
        setGroups((before) => [...before, actions])
        return () => setGroups((before) => before.filter((group) => group !== actions))
      },
    }),
    [groups],
  )
  return <ActionsContext value={registry}>{children}</ActionsContext>
}

function useRegistry(): ActionRegistry {
  const registry = useContext(ActionsContext)
  if (registry === undefined) throw new Error('useActions outside of ActionsProvider')
  return registry
}

/** All actions that there are now. */
export function useAllActions(): readonly Action[] {
  return useRegistry().actions
}

/**
 * Offers actions for as long as the component is shown.
 * @param actions may be made anew at every render; they are told apart by what people see of them
 */
export function useActions(actions: readonly Action[]): void {
  const { add } = useRegistry()
  const latest = useRef(actions)
  latest.current = actions
  const shape = JSON.stringify(actions.map(({ id, title, hint, keys }) => [id, title, hint, keys]))
  const addRef = useRef(add)
  addRef.current = add
  useEffect(() => {
    const shown = latest.current.map(({ id, ...action }) => ({
      ...action,
      id,
      run: () => latest.current.find((each) => each.id === id)?.run(),
    }))
    // Read here so that a change of what is shown adds them again.
    void shape
    return addRef.current(shown)
  }, [shape])
}

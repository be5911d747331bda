import { useCallback, useSyncExternalStore } from 'react'

/** A value outside of React that several components show parts of. */
export interface Store<Value> {
  get(): Value
  /** Puts another value in its place, or what a function makes of it; nothing happens when it is the same. */
  set(next: Value | ((before: Value) => Value)): void
  subscribe(listener: () => void): () => void
}

export function createStore<Value extends object>(initial: Value): Store<Value> {
  const listeners = new Set<() => void>()
  let value = initial
  return {
    get: () => value,
    set(next) {
      const after = typeof next === 'function' ? next(value) : next
      if (Object.is(after, value)) return
      value = after
      for (const listener of [...listeners]) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/**
 * A part of a store; the component draws again only when that part is another value.
 * @param select a constant, or the same function between renders
 */
export function useStore<Value, Part>(store: Store<Value>, select: (value: Value) => Part): Part {
  return useSyncExternalStore(
    store.subscribe,
    useCallback(() => select(store.get()), [store, select]),
  )
}

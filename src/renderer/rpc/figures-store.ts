import type { FiguresAnswer, TenantFigures } from '../../contract/tenant.ts'

/**
 * A tenant's figures as far as they are known: the last ones, `silent` when its memcached does not answer any more,
 * undefined as long as neither is known.
 */
export type KnownFigures = TenantFigures | 'silent' | undefined

/** Questions in a row without an answer that are no accident. */
export const missesToSilence = 2
/** One is enough where the figures are so old anyway. */
const freshForMs = 15_000

/** The figures of every tenant that was asked, outside of React: a cell hears of its own tenant only. */
export interface FiguresStore {
  get(id: string): KnownFigures
  /** Calls back when something else is known of that tenant. */
  subscribe(id: string, listener: () => void): () => void
  /** Counts up with every change of any tenant, for what depends on all of them. */
  version(): number
  /** Calls back on every change of any tenant, once an answer. */
  subscribeAll(listener: () => void): () => void
  put(answer: FiguresAnswer): void
  /** Forgets those of tenants that are gone. */
  keepOnly(exists: (id: string) => boolean): void
}

interface Entry {
  readonly known: KnownFigures
  /** When they came. */
  readonly atMs: number
  /** Questions without an answer since. */
  readonly misses: number
}

/** @param now milliseconds of a clock that nobody puts right, as the laptop's own is when it wakes up */
export function createFiguresStore(now: () => number = () => performance.now()): FiguresStore {
  const byId = new Map<string, Entry>()
  const listeners = new Map<string, Set<() => void>>()
  const ofAll = new Set<() => void>()
  let version = 0
  const tellAll = (): void => {
    version += 1
    for (const listener of [...ofAll]) listener()
  }
  /** @returns whether something else is known now */
  const set = (id: string, entry: Entry): boolean => {
    const before = byId.get(id)?.known
    byId.set(id, entry)
    if (before === entry.known) return false
    for (const listener of [...(listeners.get(id) ?? [])]) listener()
    return true
  }
  const miss = (id: string): Entry => {
    const { known, atMs, misses } = byId.get(id) ?? { known: undefined, atMs: now(), misses: 0 }
    const isSilent = misses + 1 >= missesToSilence || now() - atMs > freshForMs
    return { known: isSilent ? 'silent' : known, atMs, misses: misses + 1 }
  }
  return {
    get: (id) => byId.get(id)?.known,
    version: () => version,
    subscribe(id, listener) {
      const own = listeners.get(id) ?? new Set()
      listeners.set(id, own.add(listener))
      return () => {
        own.delete(listener)
        if (own.size === 0 && listeners.get(id) === own) listeners.delete(id)
      }
    },
    subscribeAll(listener) {
      ofAll.add(listener)
      return () => ofAll.delete(listener)
    },
    put({ figures, silent }) {
      const atMs = now()
      let isNew = false
      for (const each of figures) isNew = set(each.id, { known: each, atMs, misses: 0 }) || isNew
      for (const id of silent) isNew = set(id, miss(id)) || isNew
      if (isNew) tellAll()
    },
    keepOnly(exists) {
      const gone = [...byId.keys()].filter((id) => !exists(id))
      for (const id of gone) byId.delete(id)
      if (gone.length > 0) tellAll()
    },
  }
}

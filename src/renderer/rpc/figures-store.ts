import type { TenantFigures } from '../../contract/tenant.ts'

/** The last figures of every tenant that was asked, outside of React: a cell hears of its own tenant only. */
export interface FiguresStore {
  get(id: string): TenantFigures | undefined
  /** Calls back when the figures of that tenant became others. */
  subscribe(id: string, listener: () => void): () => void
  /** Counts up with every change of any tenant, for what depends on all of them. */
  version(): number
  /** Calls back on every change of any tenant, once an answer. */
  subscribeAll(listener: () => void): () => void
  put(figures: readonly TenantFigures[]): void
  /** Forgets those of tenants that are gone. */
  keepOnly(exists: (id: string) => boolean): void
}

export function createFiguresStore(): FiguresStore {
  const byId = new Map<string, TenantFigures>()
  const listeners = new Map<string, Set<() => void>>()
  const ofAll = new Set<() => void>()
  let version = 0
  const tellAll = (): void => {
    version += 1
    for (const listener of [...ofAll]) listener()
  }
  return {
    get: (id) => byId.get(id),
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
    put(figures) {
      if (figures.length === 0) return
      for (const each of figures) {
        byId.set(each.id, each)
        for (const listener of [...(listeners.get(each.id) ?? [])]) listener()
      }
      tellAll()
    },
    keepOnly(exists) {
      const gone = [...byId.keys()].filter((id) => !exists(id))
      for (const id of gone) byId.delete(id)
      if (gone.length > 0) tellAll()
    },
  }
}

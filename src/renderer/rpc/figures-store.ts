import type { FiguresAnswer, TenantFigures } from '../../contract/tenant.ts'
import { addSample, type LastMinute, readLastMinute, type Sample } from './last-minute.ts'

/** A memcached that does not answer any more. */
export interface SilentCache {
  readonly silent: true
  /** Connections that its clients hold, as its host counts them; undefined where it could not. */
  readonly held: number | undefined
}

/** The last figures, and what happened in the minute before; undefined before the second look. */
export interface RecentFigures extends TenantFigures {
  readonly lastMinute?: LastMinute | undefined
}

/** A tenant's figures as far as they are known: the last ones, or that its memcached is silent, or neither yet. */
export type KnownFigures = RecentFigures | SilentCache | undefined

export const isSilent = (known: KnownFigures): known is SilentCache =>
  known !== undefined && 'silent' in known

/** The figures themselves, where there are some. */
export const figuresIn = (known: KnownFigures): RecentFigures | undefined =>
  known === undefined || isSilent(known) ? undefined : known

/** Questions in a row without an answer that are no accident. */
const missesToSilence = 2
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
  readonly samples: readonly Sample[]
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
  const miss = (id: string, held: number | undefined): Entry => {
    const before = byId.get(id) ?? { known: undefined, atMs: now(), misses: 0, samples: [] }
    const { known, atMs, misses, samples } = before
    const isOver = misses + 1 >= missesToSilence || now() - atMs > freshForMs
    const isSame = isSilent(known) && known.held === held
    const next: KnownFigures = isOver && !isSame ? { silent: true, held } : known
    return { known: next, atMs, misses: misses + 1, samples }
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
    put({ figures, silent, held }) {
      const atMs = now()
      let isNew = false
      for (const each of figures) {
        const samples = addSample(byId.get(each.id)?.samples ?? [], each)
        const known = { ...each, lastMinute: readLastMinute(samples) }
        isNew = set(each.id, { known, atMs, misses: 0, samples }) || isNew
      }
      for (const id of silent) isNew = set(id, miss(id, held[id])) || isNew
      if (isNew) tellAll()
    },
    keepOnly(exists) {
      const gone = [...byId.keys()].filter((id) => !exists(id))
      for (const id of gone) byId.delete(id)
      if (gone.length > 0) tellAll()
    },
  }
}

import type { TenantFigures } from '../../../contract/tenant.ts'
import type { Silence, Vital } from '../../../core/tenant/vital.ts'

/** The last answers of tenants' caches, whoever asked, for everybody who shows how they are. */
export interface Vitals {
  /** Undefined where it was not asked lately. */
  readonly get: (tenantId: string) => Vital | undefined
  /** @param givenMb the memory that it should have, as the store had it when it was asked */
  readonly putAnswer: (figures: TenantFigures, givenMb: number) => void
  /** A question that it has not answered; one alone, soon after an answer, may be an accident. */
  readonly putSilence: (tenantId: string, silence: Silence) => void
  readonly forget: (tenantId: string) => void
  /** Calls back for each tenant that was asked; @returns the end of it */
  readonly listen: (listener: (tenantId: string) => void) => () => void
}

interface Entry {
  readonly vital: Vital
  /** When it was said, in milliseconds of the monotonic clock. */
  readonly at: number
  /** Questions without an answer since the last one that had one. */
  readonly misses: number
}

/** In milliseconds. An open page asks each of some thousand tenants again within that. */
const holdsMs = 5 * 60_000
const freshForMs = 15_000

/** @param now milliseconds of a clock that nobody puts right */
export function createVitals(now: () => number = () => performance.now()): Vitals {
  const byId = new Map<string, Entry>()
  const listeners = new Set<(tenantId: string) => void>()
  const find = (tenantId: string): Entry | undefined => {
    const entry = byId.get(tenantId)
    return entry !== undefined && now() - entry.at <= holdsMs ? entry : undefined
  }
  const put = (tenantId: string, entry: Entry): void => {
    byId.set(tenantId, entry)
    for (const listener of [...listeners]) listener(tenantId)
  }
  return {
    get: (tenantId) => find(tenantId)?.vital,
    putAnswer: (figures, givenMb) =>
      put(figures.id, { vital: { kind: 'answered', figures, givenMb }, at: now(), misses: 0 }),
    putSilence(tenantId, silence) {
      const before = find(tenantId)
      const misses = (before?.misses ?? 0) + 1
      const isAccident =
        before?.vital.kind === 'answered' &&
        misses === 1 &&
        !silence.isRefused &&
        now() - before.at < freshForMs
      if (isAccident) put(tenantId, { ...before, misses })
      else put(tenantId, { vital: { kind: 'silent', times: misses, ...silence }, at: now(), misses })
    },
    forget: (tenantId) => void byId.delete(tenantId),
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

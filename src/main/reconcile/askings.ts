import type { ClosingKind } from '../../core/plan/closing.ts'
import { covers } from '../../domain/address.ts'

/** Access that was taken away from one tenant. */
export interface TakenAway {
  readonly tenantId: string
  readonly kind: ClosingKind
  /** The entries; null: nobody gets in at all. */
  readonly cidrs: readonly string[] | null
}

/** The place of a closing in the order of asking. */
export interface AskedClosing {
  readonly order: number
}

/** A change that lets somebody in, from when it was asked for until its end. */
export interface AskedOpening {
  /**
   * Finds what was asked for later than this and has taken away what this would give back.
   * @param cidrs entries that it lets in; null: it opens the tenant
   */
  findLater(tenantId: string, cidrs: readonly string[] | null): TakenAway | undefined
}

/**
 * The order in which people ask. A change waits for its turn and a closing does not, so what opens can come to its turn
 * after a closing that was asked for later and has been confirmed: it must not open then.
 */
export interface Askings {
  /** A closing is asked for now. */
  askClosing(): AskedClosing
  /** A closing has become the intent of the store, or goes on without one. */
  tookAway(asked: AskedClosing, taken: TakenAway): void
  /** Runs a change that opens, which is asked for now. */
  askOpening<T>(work: (asked: AskedOpening) => Promise<T>): Promise<T>
}

export function createAskings(): Askings {
  let last = 0
  const next = (): number => {
    last += 1
    return last
  }
  /** Openings that have not ended, each with what was asked for later. */
  const openings = new Set<{ readonly order: number; readonly later: TakenAway[] }>()
  return {
    askClosing: () => ({ order: next() }),
    tookAway({ order }, taken) {
      for (const opening of openings) if (opening.order < order) opening.later.push(taken)
    },
    async askOpening(work) {
      const opening = { order: next(), later: [] as TakenAway[] }
      openings.add(opening)
      const findLater: AskedOpening['findLater'] = (tenantId, cidrs) =>
        opening.later.find((taken) => taken.tenantId === tenantId && isGivenBack(taken, cidrs))
      try {
        return await work({ findLater })
      } finally {
        openings.delete(opening)
      }
    },
  }
}

/** An entry that comes onto the list of a suspended tenant lets nobody in, nor does resuming a revoked one. */
function isGivenBack({ kind, cidrs: taken }: TakenAway, given: readonly string[] | null): boolean {
  if (kind === 'tenant delete') return true
  if (taken === null || given === null) return taken === given
  return given.some((one) => taken.some((other) => covers(one, other) || covers(other, one)))
}

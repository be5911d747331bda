import { setTimeout as pause } from 'node:timers/promises'
import { fail } from '../../../domain/problem-error.ts'
import type { StoredOperation } from '../../adapters/store/operations.ts'
import type { Reporter } from '../progress.ts'

type StepState = StoredOperation['steps'][number]['state'] | 'started'

/** An operation whose work is going on in this program, and how far it is. */
export interface RunningOperation {
  /** As it was begun. */
  readonly begun: StoredOperation
  readonly steps: readonly { readonly sentence: string; readonly state: StepState }[]
  /** Whether asking it to stop still has a meaning. */
  readonly cancellable: boolean
  /** Whether it was asked to, by whomever, and has not ended yet. */
  readonly stopping: boolean
}

/** Called at every step, and once more when the work is over. */
export type RunningListener = (operation: RunningOperation, over: boolean) => void

/** The operations that this program is at now, whichever shell asked for them. */
export interface RunningOperations {
  /**
   * Does the work of an operation that has been begun. Its reports are kept for whoever looks, and passed on.
   * @param stoppable false: once begun it goes on to the end, and gets no signal
   */
  enter<T>(
    begun: StoredOperation,
    report: Reporter,
    stoppable: boolean,
    work: (report: Reporter) => Promise<T>,
  ): Promise<T>
  /**
   * Tries again what failed before, out of sight: until that ends otherwise its failure is what is shown, and people
   * need not see each try. For {@link find} it is not running; its tenant is busy.
   */
  retry<T>(failed: StoredOperation, work: () => Promise<T>): Promise<T>
  /**
   * Asks an operation to stop. It ends as it was before, or done.
   * @returns false when it goes on to the end in any case
   * @throws ProblemError NOT_RUNNING
   */
  cancel(id: string): boolean
  find(id: string): RunningOperation | undefined
  /**
   * Whether something is being done to that tenant, in sight or not.
   * @param besides an operation that does not count
   */
  isBusy(tenantId: string, besides?: string): boolean
  /** The same of what is done in sight. */
  isShownBusy(tenantId: string): boolean
  /** Resolves when nothing of a host is being done any more. */
  whenIdle(hostId: string): Promise<void>
  /** @returns ends the subscription */
  subscribe(listener: RunningListener): () => void
  /**
   * Asks everything to stop that still can, and waits for the ends of all; what takes longer is left to recovery.
   * @param withinMs milliseconds
   */
  settle(withinMs: number): Promise<void>
}

interface Entry extends RunningOperation {
  steps: RunningOperation['steps']
  cancellable: boolean
  stopping: boolean
  readonly stop: AbortController
}

export function createRunningOperations(): RunningOperations {
  /** By the operation: those who ask for the same closing at once share one, and each leaves it by itself. */
  const entries = new Map<string, readonly Entry[]>()
  const entriesOf = (id: string): readonly Entry[] => entries.get(id) ?? []
  const leave = (entry: Entry): void => {
    const { id } = entry.begun
    const others = entriesOf(id).filter((other) => other !== entry)
    if (others.length > 0) entries.set(id, others)
    else entries.delete(id)
  }
  /** Tries out of sight. */
  const retries = new Set<{ readonly failed: StoredOperation }>()
  const listeners = new Set<RunningListener>()
  /** Called when something ends, in sight or not. */
  const waiting = new Set<() => void>()
  const [shown, hidden] = [createCounts(), createCounts()]
  /** Resolves at once, or at the end of something. */
  const until = (isSo: () => boolean, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!isSo() && signal?.aborted !== true) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      signal?.addEventListener('abort', look, { once: true })
      look()
    })
  const tell = (entry: Entry, over = false): void => {
    const { begun, steps, cancellable, stopping } = entry
    for (const listener of listeners) listener({ begun, steps, cancellable, stopping }, over)
  }

  /**
   * Reports name a step by its kind, or where they number the steps by its sentence. Where several have the same kind, they
   * run one after the other.
   */
  const mark = (entry: Entry, key: string, sentence: string, state: StepState): void => {
    const hasKind = (index: number): boolean => {
      const step = entry.begun.steps[index]
      return step?.kind === key || step?.sentence === sentence
    }
    const now = entry.steps.findIndex((step, index) => hasKind(index) && step.state === 'started')
    const next = entry.steps.findIndex((step, index) => hasKind(index) && step.state === 'intended')
    const at = now >= 0 ? now : next
    if (at < 0) return
    entry.steps = entry.steps.map((step, index) => (index === at ? { sentence, state } : step))
    tell(entry)
  }

  return {
    async enter(begun, report, stoppable, work) {
      const stop = new AbortController()
      const steps = begun.steps.map(({ sentence, state }) => ({ sentence, state }))
      const outer = report.signal
      const signal = outer === undefined ? stop.signal : AbortSignal.any([outer, stop.signal])
      const stopping = stoppable && signal.aborted
      const entry: Entry = { begun, steps, cancellable: stoppable && !stopping, stopping, stop }
      // Heard before the work hears it: by `cancel`, by whoever asked for the work, or at the end of the program.
      signal.addEventListener('abort', () => {
        if (!entry.cancellable) return
        entry.cancellable = false
        entry.stopping = true
        tell(entry)
      })
      entries.set(begun.id, [...entriesOf(begun.id), entry])
      shown.change(begun.tenantId, 1)
      tell(entry)
      try {
        return await work({
          started(key, sentence) {
            mark(entry, key, sentence, 'started')
            report.started(key, sentence)
          },
          done(key, sentence) {
            mark(entry, key, sentence, 'done')
            report.done(key, sentence)
          },
          failed(key, sentence) {
            mark(entry, key, sentence, 'failed')
            report.failed(key, sentence)
          },
          pastStopping() {
            if (!entry.cancellable) return
            entry.cancellable = false
            tell(entry)
            report.pastStopping()
          },
          signal: stoppable ? signal : undefined,
        })
      } finally {
        leave(entry)
        shown.change(begun.tenantId, -1)
        entry.cancellable = false
        entry.stopping = false
        tell(entry, true)
        for (const look of waiting) look()
      }
    },
    async retry(failed, work) {
      const retried = { failed }
      retries.add(retried)
      hidden.change(failed.tenantId, 1)
      try {
        return await work()
      } finally {
        retries.delete(retried)
        hidden.change(failed.tenantId, -1)
        for (const look of waiting) look()
      }
    },
    cancel(id) {
      const asked = entriesOf(id)
      if (asked.length === 0) return fail({ code: 'NOT_RUNNING', details: { operation: id } })
      for (const { cancellable, stop } of asked) if (cancellable) stop.abort()
      return asked.every(({ stopping }) => stopping)
    },
    find: (id) => entriesOf(id)[0],
    isBusy: (tenantId, besides) => {
      const own = besides === undefined ? [] : entriesOf(besides)
      const uncounted = own.filter(({ begun }) => begun.tenantId === tenantId).length
      return shown.of(tenantId) + hidden.of(tenantId) > uncounted
    },
    isShownBusy: (tenantId) => shown.of(tenantId) > 0,
    whenIdle: (hostId) =>
      until(
        () =>
          [...entries.values()].flat().every(({ begun }) => begun.hostId !== hostId) &&
          [...retries].every(({ failed }) => failed.hostId !== hostId),
      ),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async settle(withinMs) {
      const isIdle = (): boolean => entries.size === 0 && retries.size === 0
      if (isIdle()) return
      const enough = new AbortController()
      const over = until(isIdle, enough.signal)
      for (const { stop } of [...entries.values()].flat()) stop.abort()
      await Promise.race([over, pause(withinMs, undefined, { signal: enough.signal }).catch(() => {})])
      enough.abort()
    },
  }
}

/** How many operations each tenant has. */
function createCounts() {
  const counts = new Map<string, number>()
  return {
    of: (tenantId: string): number => counts.get(tenantId) ?? 0,
    change(tenantId: string | null, by: 1 | -1): void {
      if (tenantId === null) return
      const now = (counts.get(tenantId) ?? 0) + by
      if (now > 0) counts.set(tenantId, now)
      else counts.delete(tenantId)
    },
  }
}

/** A connection that says when it ended. */
export interface Endable {
  readonly ended: Promise<void>
  close(): void
}

/** One connection that is opened on demand, shared by all, and opened again by itself after it was lost. */
export interface KeptOpen<T> {
  /** The connection; joins the attempt that is under way, else makes one at once. */
  get(): Promise<T>
  current(): T | undefined
  isOpening(): boolean
  /** Whether the last try ended in what trying again cannot help; false again once a later try worked. */
  isRefused(): boolean
  close(): void
}

export interface KeepOpenOptions<T> {
  open(signal: AbortSignal): Promise<T>
  /** Whether trying again by itself can help after this error. */
  mayRetry(error: unknown): boolean
  /** The error for callers after `close`. */
  closedError(): Error
  onOpened?(): void
  onRetry?(delayMs: number, error: unknown): void
}

type State<T> =
  | { readonly kind: 'idle' }
  | { readonly kind: 'opening'; readonly attempt: Promise<T>; readonly abort: AbortController }
  | { readonly kind: 'open'; readonly connection: T }
  | { readonly kind: 'waiting'; readonly timer: NodeJS.Timeout }
  | { readonly kind: 'closed' }

const firstDelayMs = 500
const longestDelayMs = 30_000
/** A connection that lived this long counts as good: the next loss starts with the short pause again. */
const provenAfterMs = 10_000

/** Pause before try number `failures` (from 0): doubling, and between half and the whole of it, so that panels spread. */
export function planRetryDelay(failures: number, random: number): number {
  const full = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(failures, 10))
  return Math.round(full * (0.5 + random / 2))
}

export function keepOpen<T extends Endable>(options: KeepOpenOptions<T>): KeptOpen<T> {
  let state: State<T> = { kind: 'idle' }
  let failures = 0
  let refused = false

  const isClosed = (): boolean => state.kind === 'closed'

  const retryLater = (error: unknown): void => {
    const delayMs = planRetryDelay(failures, Math.random())
    failures += 1
    options.onRetry?.(delayMs, error)
    // A caller that needs the connection in the meantime tries at once; nobody hears how this try ends.
    const timer = setTimeout(() => attempt().catch(() => undefined), delayMs)
    timer.unref()
    state = { kind: 'waiting', timer }
  }

  const adopt = (connection: T): T => {
    if (isClosed()) {
      connection.close()
      throw options.closedError()
    }
    state = { kind: 'open', connection }
    refused = false
    options.onOpened?.()
    const since = performance.now()
    void connection.ended.then(() => {
      if (state.kind !== 'open' || state.connection !== connection) return
      if (performance.now() - since > provenAfterMs) failures = 0
      retryLater(undefined)
    })
    return connection
  }

  const giveUp = (error: unknown): never => {
    if (!isClosed()) {
      refused = !options.mayRetry(error)
      if (refused) state = { kind: 'idle' }
      else retryLater(error)
    }
    throw error
  }

  const attempt = (): Promise<T> => {
    const abort = new AbortController()
    const opening = options.open(abort.signal).then(adopt, giveUp)
    state = { kind: 'opening', attempt: opening, abort }
    return opening
  }

  return {
    async get() {
      switch (state.kind) {
        case 'open':
          return state.connection
        case 'opening':
          return state.attempt
        case 'waiting':
          clearTimeout(state.timer)
          return attempt()
        case 'idle':
          return attempt()
        case 'closed':
          throw options.closedError()
      }
    },
    current: () => (state.kind === 'open' ? state.connection : undefined),
    isOpening: () => state.kind === 'opening',
    isRefused: () => refused,
    close() {
      const before = state
      state = { kind: 'closed' }
      if (before.kind === 'waiting') clearTimeout(before.timer)
      if (before.kind === 'opening') before.abort.abort(options.closedError())
      if (before.kind === 'open') before.connection.close()
    },
  }
}

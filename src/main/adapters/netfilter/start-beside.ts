/** A start that may hang, and when others are begun beside it. */
export interface StartBeside<T> {
  /**
   * Begins one. It settles as soon as its signal is aborted.
   * @param isBeside another one is waited for meanwhile
   */
  start(signal: AbortSignal, isBeside: boolean): Promise<T>
  /** Closes one that was begun and is not wanted, because another came first. */
  discard(begun: T): void
  /** After so long the first seems to hang. Of those beside it, each is waited for as much longer than the one before. */
  readonly slowMs: number
  /** None is begun beside the first after so long. */
  readonly withinMs: number
  readonly signal: AbortSignal
}

/**
 * Takes the first start that succeeds. One that hangs holds up nobody for long after its reason is gone, since others are
 * tried beside it, one at a time and after growing pauses. The first is never given up for a younger one: where every
 * start takes long, it is the one that succeeds.
 * @throws what the first one throws
 */
export async function startBeside<T>(options: StartBeside<T>): Promise<T> {
  const { start, discard, signal } = options
  const [firstLost, youngerLost, firstEnded] = [
    new AbortController(),
    new AbortController(),
    new AbortController(),
  ]
  const first = start(AbortSignal.any([signal, firstLost.signal]), false).finally(() => firstEnded.abort())
  const younger = startYounger(options, AbortSignal.any([signal, youngerLost.signal]), firstEnded.signal)
  const won = await Promise.race([
    first.then((begun) => ({ begun, isFirst: true })).catch(() => undefined),
    younger
      .then((begun) => begun ?? new Promise<never>(() => {}))
      .then((begun) => ({ begun, isFirst: false })),
  ])
  // A younger start under way when the first fails may yet succeed.
  if (won === undefined) return (await younger) ?? first
  const [lost, loser] = won.isFirst ? [youngerLost, younger] : [firstLost, first]
  lost.abort()
  loser.then((begun) => begun !== undefined && discard(begun)).catch(() => {})
  return won.begun
}

/**
 * One after the other, until one succeeds or the first has ended.
 * @returns undefined where none did; never fails
 */
async function startYounger<T>(
  { start, slowMs, withinMs }: StartBeside<T>,
  signal: AbortSignal,
  firstEnded: AbortSignal,
): Promise<T | undefined> {
  const isOver = AbortSignal.any([signal, firstEnded])
  const endsAt = performance.now() + withinMs
  await rest(slowMs, isOver)
  for (let turnMs = slowMs; !isOver.aborted; turnMs += slowMs) {
    const leftMs = Math.min(turnMs, endsAt - performance.now())
    if (leftMs <= 0) return undefined
    const turn = new AbortController()
    const timer = setTimeout(() => turn.abort(), leftMs)
    const turnEndsAt = performance.now() + leftMs
    const begun = await start(AbortSignal.any([signal, turn.signal]), true).catch(() => undefined)
    clearTimeout(timer)
    if (begun !== undefined) return begun
    // A start that is refused at once is not tried more often than one that hangs.
    await rest(turnEndsAt - performance.now(), isOver)
  }
  return undefined
}

/** Ends early, without an error, with the signal. */
const rest = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (ms <= 0 || signal.aborted) return resolve()
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })

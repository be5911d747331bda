/** The last end of a tenant's container. */
export interface SeenEnd {
  /** ISO 8601, by the clock of its host. */
  readonly at: string
  /** Null where Docker started the container again and does not tell any more. 137: it was killed. */
  readonly status: number | null
  readonly outOfMemory: boolean | null
  /** Somebody asked Docker for it: this panel, another one, a person on the host. */
  readonly planned: boolean
  /** When its Docker began anew, ISO 8601 by the same clock, where the container ended with that; else null. */
  readonly dockerBegan: string | null
}

/** Docker's word for an end that did not happen yet. */
const never = '0001-01-01T00:00:00Z'
/** The kernel says that memory ran out before the process has ended, and Docker may pass it on after that. In milliseconds. */
const around = 10_000
/** Docker writes ends and starts down, and tells each a moment later. In milliseconds. */
const toldWithin = 1_000

/** The state of a container as Docker tells it, and how often Docker started it again since somebody did. */
export interface EndedState {
  readonly running: boolean
  readonly exitCode: number
  readonly oomKilled: boolean
  readonly startedAt: string
  readonly finishedAt: string
  readonly restarts: number
}

/** An event of a container: `die`, `kill`, `oom`. */
export interface ContainerEvent {
  readonly action: string
  readonly exitCode: number | undefined
  /** Milliseconds since 1970, by the clock of its host. */
  readonly at: number
}

/**
 * The time between which Docker's events say how a container ended that runs again, in milliseconds since 1970 by its host's
 * clock; null where there are none to be asked for.
 */
export function windowOf(state: EndedState): { readonly since: number; readonly until: number } | null {
  const [ended, started] = [Date.parse(state.finishedAt), Date.parse(state.startedAt)]
  if (!state.running || state.finishedAt === never || Number.isNaN(ended) || Number.isNaN(started))
    return null
  return { since: ended - around, until: started + toldWithin }
}

/**
 * How a container ended the last time; null: never. Docker forgets that when it starts the container again, and says status
 * 0 then: only its events have it, for as long as it keeps them and runs itself.
 * @param events those of {@link windowOf}
 * @param dockerBegan when Docker itself began, where somebody knows that
 */
export function judgeEnd(
  state: EndedState,
  events: readonly ContainerEvent[],
  dockerBegan: string | null = null,
): SeenEnd | null {
  const { finishedAt: at, running, exitCode, oomKilled, restarts } = state
  if (at === never) return null
  if (!running) return { at, status: exitCode, outOfMemory: oomKilled, planned: false, dockerBegan: null }
  // A Docker that was killed ends what it finds running when it begins anew, and tells that as somebody's wish.
  const began = Date.parse(dockerBegan ?? '')
  const unknown = { at, status: null, outOfMemory: null }
  if (isBetween(state, began))
    return { ...unknown, planned: false, dockerBegan: new Date(began).toISOString() }
  // Between its end and its start there is one event of it, however late a busy Docker tells it.
  const from = Date.parse(at) - toldWithin
  const last = events.findLastIndex(({ action, at }) => action === 'die' && at >= from)
  const status = events[last]?.exitCode
  if (status !== undefined) {
    // Its end before that, which somebody may have asked for, is none of this one.
    const own = events.slice(events.slice(0, last).findLastIndex(({ action }) => action === 'die') + 1)
    const outOfMemory = own.some(({ action }) => action === 'oom')
    const planned = own.some(({ action, at }) => action === 'kill' && at <= (events[last]?.at ?? 0))
    return { at, status, outOfMemory, planned, dockerBegan: null }
  }
  // Others have pushed its end out. Docker counts what it started again by itself alone.
  return { ...unknown, planned: restarts === 0, dockerBegan: null }
}

/** Docker writes down before it begins anew that its containers ended, also where it was killed, and starts them after it. */
function isBetween({ finishedAt, startedAt }: EndedState, began: number): boolean {
  return Date.parse(finishedAt) < began && began <= Date.parse(startedAt)
}

/** `Up 47 hours`: whether a container runs for a day at most. */
export function isYoung(status: string): boolean {
  const hours = Number(/^Up (\d+) hours/.exec(status)?.[1] ?? 0)
  return hours <= 24 && /^Up (?:Less than|About|\d+ (?:second|minute|hour))/.test(status)
}

/** In seconds; `About` is up to twice as long. */
const units: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3_600, day: 86_400 }

/**
 * The least and the longest time for which a container may run, in milliseconds, by Docker's `Up 7 seconds`, which rounds
 * hours and cuts off the rest; undefined: it does not run, or long.
 */
export function spanOfUp(status: string): { readonly leastMs: number; readonly mostMs: number } | undefined {
  if (status.startsWith('Up Less than a second')) return { leastMs: 0, mostMs: 1_000 }
  const [, about, count = '1', unit = ''] =
    /^Up (?:(About an?)|(\d+)) (second|minute|hour|day)s?/.exec(status) ?? []
  const seconds = units[unit]
  if (seconds === undefined) return undefined
  const [many, unitMs] = [Number(count), seconds * 1_000]
  const isRounded = unit === 'hour' && about === undefined
  return {
    leastMs: (isRounded ? many - 0.5 : many) * unitMs,
    mostMs: (about === undefined ? many + 1 : 2) * unitMs,
  }
}

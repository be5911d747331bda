import type { Writable } from 'node:stream'

/** An answer that never ends: the same again and again, as fast as it is taken. */
export interface Endless {
  readonly endless: string
}

export const isEndless = (answer: unknown): answer is Endless =>
  typeof answer === 'object' && answer !== null && 'endless' in answer

/** Writes until the other side has had enough. */
export const pour = (channel: Writable, { endless }: Endless): void => {
  let isClosed = false
  channel.once('close', () => {
    isClosed = true
  })
  const more = (): void => {
    while (!isClosed && channel.write(endless));
    if (!isClosed) channel.once('drain', more)
  }
  more()
}

/**
 * The lies in place of a host's true answers; an answer passes as it is when its lie is left out or gives undefined.
 */
export interface Forgery {
  /** The output of observe.py. */
  readonly facts?: (facts: Record<string, unknown>) => unknown
  /** A reply of the helper, to a request of that kind; a text is sent as it is. */
  readonly helper?: (op: string, reply: Record<string, unknown>) => unknown
  /** The body of an answer of Docker, to the path of a request. */
  readonly docker?: (path: string) => string | Endless | undefined
  /** The words of the cache behind a port, instead of everything else. */
  readonly cache?: () => string | Endless | undefined
  /** The words of every command on standard error. */
  readonly stderr?: () => string | undefined
}

/** The same forgery, which calls back for each answer that it changes. */
export const countForged = (
  { facts, helper, docker, cache, stderr }: Forgery,
  onForged: () => void,
): Forgery => {
  const seen = <Answer>(answer: Answer): Answer => {
    if (answer !== undefined) onForged()
    return answer
  }
  return {
    facts: (whole) => seen(facts?.(whole)),
    helper: (op, reply) => seen(helper?.(op, reply)),
    docker: (path) => seen(docker?.(path)),
    cache: () => seen(cache?.()),
    stderr: () => seen(stderr?.()),
  }
}

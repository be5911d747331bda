import type Docker from 'dockerode'
import type { ContainerEvent } from '../../../core/tenant/judge-end.ts'
import { eventAnswer, readAnswer } from './answers.ts'
import { UnusableAnswer } from './unusable-answer.ts'

/** Docker keeps so many of all its events, none from before its own start. */
const mostKept = 256

/** Which of the events that Docker has kept. */
export interface EventsWish {
  /** Milliseconds since 1970 by the clock of the host; Docker waits for an end that is still to come. */
  readonly since: number
  readonly until: number
  readonly filters: Readonly<Record<string, readonly string[]>>
}

/**
 * Reads events of the past, the oldest first.
 * @throws UnusableAnswer, which a call turns into DOCKER_FAILED
 */
export async function readEvents(
  api: Docker,
  { since, until, filters }: EventsWish,
): Promise<ContainerEvent[]> {
  return (await readLines(api, { since, until, filters })).map((line, at) => toEvent(line, at))
}

/**
 * Whether Docker still has all events since it began: what is not among them was before that.
 * @param until milliseconds since 1970 by the clock of the host
 */
export async function hasAllEvents(api: Docker, until: number): Promise<boolean> {
  return (await readLines(api, { since: 1_000, until, filters: {} })).length < mostKept
}

async function readLines(api: Docker, { since, until, filters }: EventsWish): Promise<string[]> {
  const stream = await api.getEvents({
    since: since / 1_000,
    until: until / 1_000,
    filters: JSON.stringify(filters),
  })
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  const lines = Buffer.concat(chunks).toString('utf8').split('\n')
  return lines.filter((line) => line.trim() !== '')
}

function toEvent(line: string, at: number): ContainerEvent {
  const { Action: action, Actor, timeNano } = readAnswer(eventAnswer, parse(line), [at])
  const { exitCode } = Actor.Attributes
  return { action, exitCode: exitCode === undefined ? undefined : Number(exitCode), at: timeNano / 1e6 }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    throw new UnusableAnswer('one of its events is no JSON', { cause: error })
  }
}

import { type AnswerMeter, createAnswerMeter } from '../answer-meter.ts'
import type { CommandSession } from '../link.ts'

/** How a conversation ended: the status of the program and what it said on standard error. */
export interface LastWords {
  readonly status: number | null
  readonly stderr: string
}

type Answer = { readonly kind: 'line'; readonly line: string } | ({ readonly kind: 'ended' } & LastWords)

interface Waiting {
  readonly settle: (answer: Answer) => void
  readonly meter: AnswerMeter
  /** The asker has given up; the answer must still be taken out of the order. */
  isAbandoned: boolean
}

/** A conversation in lines: each line that is sent is answered by one line, in order. */
export interface LineChannel {
  /**
   * Sends without waiting for earlier answers. An aborted signal only means that nobody waits any more.
   * @param mostBytes a longer answer ends the conversation
   */
  exchange(line: string, mostBytes: number, signal: AbortSignal): Promise<Answer>
  isOpen(): boolean
  /** Takes no more lines, and closes as soon as nobody waits for an answer. */
  retire(): void
  close(): void
}

/** Takes over a command that was started. */
export function openLineChannel(session: CommandSession): LineChannel {
  const { stream } = session
  const waiting: Waiting[] = []
  let chunks: Buffer[] = []
  let isRetired = false
  let end: LastWords | undefined

  const finish = (status: number | null): void => {
    if (end !== undefined) return
    end = { status, stderr: session.stderr() }
    chunks = []
    session.close()
    for (const { settle } of waiting.splice(0)) settle({ kind: 'ended', ...end })
  }
  const finishWhenIdle = (): void => {
    if (isRetired && waiting.every(({ isAbandoned }) => isAbandoned)) finish(null)
  }
  const take = (chunk: Buffer): void => {
    let rest = chunk
    for (let stop = rest.indexOf(0x0a); stop >= 0; stop = rest.indexOf(0x0a)) {
      const last = rest.subarray(0, stop)
      rest = rest.subarray(stop + 1)
      const asked = waiting.shift()
      // A helper says nothing by itself, and lines without an end would cost a processor.
      if (asked === undefined || asked.meter.add(last) !== undefined) {
        asked?.settle({ kind: 'ended', status: null, stderr: session.stderr() })
        finish(null)
        return
      }
      const line = Buffer.concat([...chunks, last]).toString('utf8')
      chunks = []
      asked.settle({ kind: 'line', line })
      finishWhenIdle()
    }
    if (rest.length === 0) return
    const [next] = waiting
    if (next === undefined || next.meter.add(rest) !== undefined) finish(null)
    else chunks.push(rest)
  }
  stream.on('data', (chunk: Buffer | string) => take(Buffer.from(chunk)))
  // `ended` tells the end, with the status and with all of standard error; a broken stream is part of it.
  stream.on('error', () => undefined)
  void session.ended.then(finish)

  return {
    exchange: (line, mostBytes, signal) =>
      new Promise((settle) => {
        if (end !== undefined) return settle({ kind: 'ended', ...end })
        const mine: Waiting = { settle, meter: createAnswerMeter(mostBytes), isAbandoned: false }
        waiting.push(mine)
        signal.addEventListener('abort', () => {
          mine.isAbandoned = true
          finishWhenIdle()
        })
        stream.write(`${line}\n`)
      }),
    isOpen: () => end === undefined && !isRetired,
    retire: () => {
      isRetired = true
      finishWhenIdle()
    },
    close: () => finish(null),
  }
}

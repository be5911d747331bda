import { setImmediate as nextTurn } from 'node:timers/promises'
import { turnMs } from '../../in-pieces.ts'
import { createAnswerMeter } from '../answer-meter.ts'
import { renderForeignText } from '../limit.ts'
import type { CommandSession } from '../link.ts'

/** How a conversation ended: the status of the program and what it said on standard error. */
export interface LastWords {
  readonly status: number | null
  readonly stderr: string
  /** Why it was ended here, as a clause; absent where it ended by itself. */
  readonly cut?: string
}

/** Takes one answer as it arrives. */
export interface AnswerReader<Read> {
  /**
   * Takes the next bytes of it.
   * @returns false: no more of it is wanted
   */
  add(chunk: Buffer): boolean
  /** The answer, after its last byte or after a false. */
  end(): Read
}

type Answer<Read> = { readonly kind: 'read'; readonly read: Read } | ({ readonly kind: 'ended' } & LastWords)

interface Waiting {
  /** @returns false: no more of the answer is wanted */
  readonly add: (chunk: Buffer) => boolean
  readonly settle: () => void
  readonly giveUp: (end: LastWords) => void
  /** The asker has given up; the answer must still be taken out of the order. */
  isAbandoned: boolean
}

/** A conversation in lines: each line that is sent is answered by one line, in order. */
export interface LineChannel {
  /**
   * Sends without waiting for earlier answers. An aborted signal only means that nobody waits any more.
   * @param mostBytes a longer answer ends the conversation, as does one that the reader wants no more of
   */
  exchange<Read>(
    line: string,
    mostBytes: number,
    reader: AnswerReader<Read>,
    signal: AbortSignal,
  ): Promise<Answer<Read>>
  isOpen(): boolean
  /** Takes no more lines, and closes as soon as nobody waits for an answer. */
  retire(): void
  close(): void
}

/** A reader that fails ends its own conversation, and not the program: the bytes are the host's. */
function describeUnread(error: unknown): string {
  return `its answer cannot be read: ${renderForeignText(error instanceof Error ? error.message : String(error))}`
}

/** Takes over a command that was started. */
export function openLineChannel(session: CommandSession): LineChannel {
  const { stream } = session
  const waiting: Waiting[] = []
  let isRetired = false
  let end: LastWords | undefined

  const finish = (status: number | null, cut?: string): void => {
    if (end !== undefined) return
    end = {
      ...{ status, stderr: session.stderr() },
      ...(cut === undefined ? {} : { cut }),
    }
    session.close()
    for (const { giveUp } of waiting.splice(0)) giveUp(end)
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
      const isTaken = asked?.add(last) === true
      asked?.settle()
      // A helper says nothing by itself, and lines without an end would cost a processor.
      if (!isTaken) {
        finish(null)
        return
      }
      finishWhenIdle()
    }
    const [next] = waiting
    if (rest.length === 0 || next?.add(rest) === true) return
    next?.settle()
    finish(null)
  }
  /** An answer of megabytes is read in many turns of this process; the host waits meanwhile. */
  let workedMs = 0
  let pause: Promise<void> | undefined
  stream.on('data', (chunk: Buffer | string) => {
    if (end !== undefined) return
    const startedAt = performance.now()
    take(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
    workedMs += performance.now() - startedAt
    if (workedMs < turnMs) return
    workedMs = 0
    stream.pause()
    pause = nextTurn().then(() => {
      pause = undefined
      stream.resume()
    })
  })
  /** A program may end while its last answer is still being read. */
  const finishRead = async (status: number | null): Promise<void> => {
    while (pause !== undefined) {
      await pause
      await nextTurn()
    }
    finish(status)
  }
  // `ended` tells the end, with the status and with all of standard error; a broken stream is part of it.
  stream.on('error', () => undefined)
  void session.ended.then(finishRead)

  return {
    exchange: (line, mostBytes, reader, signal) =>
      new Promise((settle) => {
        if (end !== undefined) return settle({ kind: 'ended', ...end })
        // The reader counts the values: a note may be nothing but commas.
        const meter = createAnswerMeter({ bytes: mostBytes, values: Number.POSITIVE_INFINITY })
        let cut: string | undefined
        const giveUp = (last: LastWords): void => settle({ kind: 'ended', ...last })
        const mine: Waiting = {
          add: (chunk) => {
            try {
              cut = meter.add(chunk)
              return cut === undefined && (mine.isAbandoned || reader.add(chunk))
            } catch (error) {
              cut = describeUnread(error)
              return false
            }
          },
          settle: () => {
            const last = { status: null, stderr: session.stderr() }
            if (cut !== undefined) return giveUp({ ...last, cut })
            if (mine.isAbandoned) return giveUp(last)
            try {
              settle({ kind: 'read', read: reader.end() })
            } catch (error) {
              giveUp({ ...last, cut: describeUnread(error) })
              finish(null)
            }
          },
          giveUp,
          isAbandoned: false,
        }
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

import type { ClientChannel } from 'ssh2'
import type { UnusableLogin } from '../../../contract/unusable-login.ts'
import { judgeLogin } from '../../../core/host/judge-login.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import { renderForeignText } from '../limit.ts'
import type { LoginSeen } from '../link.ts'
import type { MarkedErrors } from './marked-errors.ts'

/** A command that was asked for, and may not have begun yet. */
export interface AskedCommand {
  readonly channel: ClientChannel
  /** The line on standard output after which it begins. */
  readonly mark: string
  readonly errors: MarkedErrors
  /** Its exit status once that is known; null when a signal ended it. */
  status(): number | null
}

/** The login shell of one connection, which stands before each command: it runs startup files, or something else. */
export interface LoginShell {
  /**
   * Waits until the command itself begins. Nothing may be sent before: the shell, or what it started, would read it, and a
   * sudo password would be somebody's command.
   * @param take is called at that very moment, with the channel paused before its first answer: a short command's end
   *   comes at once after it, and is not heard by a listener that comes later
   * @returns the result of `take`
   * @throws ProblemError LOGIN_UNUSABLE; the signal's reason
   */
  awaitBeginning<T>(command: AskedCommand, signal: AbortSignal, take: () => T): Promise<T>
  /** Null before the first command has begun. */
  seen(): LoginSeen | null
  /** Why commands are late, where one of them has not begun for 2 s. */
  whyLate(): ProblemError | undefined
}

const lateMs = 2_000
/** Bytes; a message of the day has some hundred. */
const mostPrinted = 64 * 1024

interface Waiting {
  readonly since: number
  printed(): string
}

/**
 * @param host the panel's name of the host, for problems
 * @param beginMs a login that has not come to its command by then never will
 */
export function createLoginShell(host: string, user: string, beginMs: number): LoginShell {
  const waiting = new Set<Waiting>()
  let last: LoginSeen | null = null
  const unusable = (kind: UnusableLogin, printed: string): ProblemError =>
    new ProblemError({ code: 'LOGIN_UNUSABLE', details: { host, user, kind, printed: firstLine(printed) } })

  return {
    awaitBeginning: ({ channel, mark, errors, status }, signal, take) =>
      new Promise((resolve, reject) => {
        const since = performance.now()
        let stdout: Buffer = Buffer.alloc(0)
        const printed = (): string => `${stdout.toString('utf8')}\n${errors.before()}`
        const mine: Waiting = { since, printed }
        waiting.add(mine)
        const settle = (): void => {
          clearTimeout(timer)
          waiting.delete(mine)
          channel.off('data', onData)
          channel.off('close', onClose)
          signal.removeEventListener('abort', onAbort)
        }
        const stop = (error: unknown): void => {
          settle()
          channel.signal('KILL')
          channel.resume()
          channel.close()
          reject(error)
        }
        const onData = (chunk: Buffer): void => {
          stdout = Buffer.concat([stdout, chunk])
          const at = stdout.indexOf(`${mark}\n`)
          if (at < 0) {
            if (stdout.length > mostPrinted) stop(unusable('flood', printed()))
            return
          }
          settle()
          last = {
            printed: firstLine(stdout.subarray(0, at).toString('utf8').replace(errors.mark, '')),
            beginMs: performance.now() - since,
          }
          channel.pause()
          const rest = stdout.subarray(at + mark.length + 1)
          if (rest.length > 0) channel.unshift(rest)
          resolve(take())
        }
        const onClose = (): void => {
          settle()
          reject(unusable(judgeLogin(status(), printed()), printed()))
        }
        const onAbort = (): void => stop(signal.reason)
        const timer = setTimeout(() => stop(unusable('waiting', printed())), beginMs)
        if (signal.aborted) return onAbort()
        channel.on('data', onData)
        channel.on('close', onClose)
        signal.addEventListener('abort', onAbort, { once: true })
      }),
    seen: () => last,
    whyLate: () => {
      const now = performance.now()
      const late = [...waiting].find(({ since }) => now - since >= lateMs)
      return late === undefined ? undefined : unusable('waiting', late.printed())
    },
  }
}

/** The first line that says something, fit for a sentence. */
function firstLine(text: string): string {
  const line = text.split('\n').find((each) => renderForeignText(each) !== '')
  return renderForeignText(line ?? '', 120)
}

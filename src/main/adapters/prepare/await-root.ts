import { setTimeout as pause } from 'node:timers/promises'
import { chooseSudoWords } from '../../../core/sudo/choose-words.ts'
import { readPrompts } from '../../../core/sudo/read-prompts.ts'
import type { CommandSession } from '../link.ts'
import type { LineLimits, LineRead } from './read-lines.ts'

/**
 * How sudo answered. `root`: the command runs as root. `asks`: it wants a password, and none was given. `retries`: it did
 * not take the one that it got. `asks-more`: it wants something beside it, as a one-time code. `refuses`: neither.
 */
export type RootAnswer =
  | { readonly kind: 'root' }
  | { readonly kind: 'asks' }
  | { readonly kind: 'retries'; readonly words: string }
  /** `question` is empty where sudo prints only its own prompt. */
  | { readonly kind: 'asks-more'; readonly question: string }
  /** `hadPassword`: that was asked for and given before. */
  | { readonly kind: 'refuses'; readonly words: string; readonly hadPassword: boolean }
  | { readonly kind: 'too-much'; readonly bound: keyof LineLimits }

const pollMs = 20
/** A line without an end that stays so for as long, in milliseconds, is a question of another program. */
const questionMs = 15_000
/** The same once standard output has spoken after the password, as where that has expired and a new one is asked for. */
const spokenQuestionMs = 1_000

/**
 * Waits until a command that was started by `sudo -k --stdin -p TOKEN` prints `ready`, gives sudo the password at its first
 * prompt, and judges by the prompts and the end alone: what sudo says in between can be set by the server's administrator.
 * The caller ends the command, and the waiting by the signal.
 */
export async function awaitRoot(
  session: CommandSession,
  nextLine: () => Promise<LineRead>,
  password: string | undefined,
  signal: AbortSignal,
): Promise<RootAnswer> {
  let next: LineRead | undefined
  const readNext = (): Promise<void> =>
    nextLine().then((line) => {
      next = line
    })
  let read = readNext()
  /** The last line on standard output, where modules of PAM speak, as of a finger that they wait for. */
  const heard: string[] = []
  let hasSpokenSince = false
  let hadPassword = false
  let open = { text: '', since: performance.now() }
  for (;;) {
    // Read in this order: sudo has asked before its command prints.
    const line = next
    const prompts = readPrompts(session.stderr(), session.token)
    if (line?.kind === 'line' && line.line === 'ready') return { kind: 'root' }
    if (line?.kind === 'too-much') return line
    if (prompts.count > 1) {
      return prompts.isRetry
        ? { kind: 'retries', words: chooseSudoWords(prompts.said) }
        : { kind: 'asks-more', question: prompts.question }
    }
    if (prompts.count === 1 && !hadPassword) {
      if (password === undefined) return { kind: 'asks' }
      session.stream.write(`${password}\n`)
      hadPassword = true
    }
    if (line?.kind === 'line') {
      heard[0] = line.line
      hasSpokenSince = hadPassword
      next = undefined
      read = readNext()
    }
    const now = performance.now()
    if (prompts.open !== open.text) open = { text: prompts.open, since: now }
    const openMs = open.text === '' ? 0 : now - open.since
    if (line?.kind === 'ended' || (hasSpokenSince && openMs > spokenQuestionMs)) {
      // All of standard error has come when the command has ended.
      if (line?.kind === 'ended') await session.ended
      const { said, saidLast, isRetry } = readPrompts(session.stderr(), session.token)
      const words = chooseSudoWords([...heard, ...(saidLast.length > 0 ? saidLast : said)])
      return isRetry ? { kind: 'retries', words } : { kind: 'refuses', words, hadPassword }
    }
    if (openMs > questionMs) return { kind: 'asks-more', question: prompts.open }
    await Promise.race([read, pause(pollMs, undefined, { signal })])
  }
}

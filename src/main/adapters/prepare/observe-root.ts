import { describeRefusal, type SudoRefusal } from '../../../core/sudo/describe-refusal.ts'
import { renderForeignText, withLimit } from '../limit.ts'
import type { Link } from '../link.ts'
import { awaitRoot, type RootAnswer } from './await-root.ts'
import { openLineReader } from './read-lines.ts'

/** Of sudo's own words, in a sentence that says more. */
export const mostWords = 120

/**
 * Whether sudo lets this user become root, and whether it would ask for a password. Nothing is given to it, and it is
 * killed at its prompt: at the end of its input it would count that as a password that was wrong.
 * @throws ProblemError TIMED_OUT, and what the link throws
 */
export async function observeRoot(link: Link, timeoutMs: number): Promise<RootAnswer> {
  const session = await link.start('prepare')
  try {
    const { next } = openLineReader(session.stream, { line: 1_024, total: 1_024 })
    const limit = { host: link.host, action: 'ask sudo', timeoutMs }
    return await withLimit(limit, (signal) => awaitRoot(session, next, undefined, signal))
  } finally {
    session.giveUp()
  }
}

/** The refusal as a clause, with a host's own words in it. */
export const describeRefused = (refusal: SudoRefusal): string =>
  describeRefusal(
    refusal.kind === 'refuses'
      ? { ...refusal, words: renderForeignText(refusal.words, mostWords) }
      : { ...refusal, question: renderForeignText(refusal.question, mostWords) },
  )

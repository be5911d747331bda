import type { Problem } from '../../../contract/problem.ts'
import { chooseSudoWords } from '../../../core/sudo/choose-words.ts'
import { describeRefusal } from '../../../core/sudo/describe-refusal.ts'
import { judgeHelperRight, renderRule } from '../../../core/sudo/judge-rules.ts'
import { parseSudoRules } from '../../../core/sudo/parse-rules.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import { renderForeignText } from '../limit.ts'
import type { CommandResult, Link } from '../link.ts'
import type { LastWords } from './line-channel.ts'
import { problemOfEnd } from './refusals.ts'

/** Of a sudoers rule and of sudo's words, each in a sentence that says more. */
const mostWords = 100

const absent: Readonly<Record<number, (host: string, user: string) => Problem>> = {
  3: (host, user) => ({
    code: 'SUDO_REFUSED',
    details: { host, user, reason: 'sudo is not installed there' },
  }),
  4: (host) => notPrepared(host, 'the helper is not installed there'),
  5: (host) => ({ code: 'HELPER_NOT_EXECUTABLE', details: { host } }),
}

const notPrepared = (host: string, missing: string): Problem => ({
  code: 'HOST_NOT_PREPARED',
  details: { host, missing: [missing] },
})

/**
 * Why the helper ended before it said anything. sudo's words can be set there, so what is there is looked at: sudo, the
 * helper's file, and the rules that sudo lists. sudo lists them without a password to whom any rule lets without one, so
 * where it says nothing the helper's rule is not there, or sudo refuses everything.
 * @param startMs how long sudo is waited for
 */
export async function whyNotStarted(
  link: Link,
  ended: LastWords,
  startMs: number,
  signal: AbortSignal,
): Promise<Problem> {
  const { host } = link
  const general = problemOfEnd(host, 'hello', ended, link.info())
  if (ended.cut !== undefined || general.code !== 'HELPER_FAILED') return general
  try {
    const file = await link.run('helperFile', '', { signal })
    const user = renderForeignText(file.stdout, 32) || 'this user'
    const missing = absent[file.status ?? 0]
    if (missing !== undefined) return missing(host, user)
    // No such shell, as on Windows: nothing can be installed there either.
    if (file.status === 127) return notPrepared(host, 'the helper is not installed there')
    return judge(host, user, ended, general, await link.run('sudoRules', '', { signal, timeoutMs: startMs }))
  } catch (error) {
    if (error instanceof ProblemError) return general
    throw error
  }
}

function judge(
  host: string,
  user: string,
  { stderr }: LastWords,
  general: Problem,
  listed: CommandResult,
): Problem {
  // sudo says why it refuses. What ends without a word is another program, as a startup file that exits.
  if (stderr.trim() === '') return general
  const words = renderForeignText(chooseSudoWords(stderr.split('\n')), mostWords)
  const refused: Problem = {
    code: 'SUDO_REFUSED',
    details: { host, user, reason: describeRefusal({ kind: 'refuses', words, hadPassword: false }) },
  }
  const rules = listed.status === 0 ? parseSudoRules(listed.stdout) : null
  if (rules === null) return refused
  const right = judgeHelperRight(rules)
  switch (right.kind) {
    case 'none':
      return notPrepared(host, `no sudo rule lets ${user} run the helper`)
    case 'free':
      // sudo lets it run: what ended is the helper, unless sudo says something else of itself.
      return /^sudo(?:-rs)?: /.test(words) ? refused : general
    case 'overruled': {
      const rule = renderForeignText(renderRule(right.by), mostWords)
      const file = renderForeignText(right.by.file, mostWords)
      return {
        code: 'SUDO_OVERRULED',
        details: { host, user, words, rule, ...(file === '' ? {} : { file }) },
      }
    }
  }
}

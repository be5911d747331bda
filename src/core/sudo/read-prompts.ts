/** The words of sudo on standard error, taken apart at its prompts, each of which has the token that it was given. */
export interface Prompts {
  /** How often sudo has asked. */
  readonly count: number
  /**
   * Whether anything was said between the last two prompts. sudo says something about a password that was wrong; after a
   * right one it asks for the next thing at once.
   */
  readonly isRetry: boolean
  /** The question that the last prompt adds to its token, which only sudo-rs does; else empty. */
  readonly question: string
  /** The lines beside the prompts, in order; a last line that has no end yet is in `open`. */
  readonly said: readonly string[]
  /** The lines after the last prompt. */
  readonly saidLast: readonly string[]
  /** The line that has no end yet and no token: perhaps a question of another program. */
  readonly open: string
}

/**
 * Reads what sudo said to `-p TOKEN`. sudo-rs puts the token into brackets and adds the question of the PAM module; sudo
 * prints it as it is, and after the password the next words stand in the same line. Samples with the token 5eed:
 *
 *     5eedSorry, try again.
 *     5eed
 *
 *     [sudo: 5eed] Password:
 *     sudo: Authentication failed, try again.
 *     [sudo: 5eed] Password:
 *
 *     5eed5eed                                     (a one-time code after the right password)
 *
 *     [sudo: 5eed] Password:
 *     [sudo: 5eed] Verification code:
 */
export function readPrompts(stderr: string, token: string): Prompts {
  const [before = '', ...after] = stderr.split(token)
  const isBracketed = /\[[^[\]\n]*$/.test(before)
  const answers = after.map((text) => (isBracketed ? takeQuestion(text) : { question: '', rest: text }))
  const rests = answers.map(({ rest }, index) =>
    isBracketed && index < answers.length - 1 ? dropPartialLine(rest) : rest,
  )
  const last = rests.at(-1)
  const open = (last ?? before).split('\n').at(-1) ?? ''
  const first = after.length > 0 ? dropPartialLine(before) : before
  return {
    count: after.length,
    isRetry: rests.length > 1 && rests.at(-2) !== '',
    question: answers.at(-1)?.question ?? '',
    said: [first, ...rests].flatMap(listLines),
    saidLast: listLines(last ?? ''),
    open: open.trim(),
  }
}

/** sudo-rs ends the line of its prompt once it has read an answer. */
function takeQuestion(text: string): { question: string; rest: string } {
  const end = text.indexOf('\n')
  const line = end < 0 ? text : text.slice(0, end)
  return { question: line.replace(/^\]/, '').trim(), rest: end < 0 ? '' : text.slice(end + 1) }
}

/** The beginning of the next prompt. */
const dropPartialLine = (text: string): string => text.slice(0, text.lastIndexOf('\n') + 1)

const listLines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

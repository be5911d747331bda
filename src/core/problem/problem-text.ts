import type { Problem } from '../../contract/problem.ts'

/** A problem in words: what happened and where, and what people can do. */
export interface ProblemText {
  readonly message: string
  readonly advice: string
  /** Whether doing the same again later may work without changing anything. */
  readonly retryable: boolean
}

/** A message and what to do, each in one line. */
export const said = (message: string, advice: string, retryable = false): ProblemText => ({
  message: inOneLine(message),
  advice: inOneLine(advice),
  retryable,
})

/**
 * Without line breaks, control characters and changes of the writing direction: details hold words of servers and of
 * people, and what they hold must not move the cursor of a terminal or look like a sentence of this program.
 */
const inOneLine = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ').trim()

type Details = { readonly [Each in Problem as Each['code']]: Each['details'] }

/** The words of each problem, by its code. */
export type Sentences = { readonly [Code in keyof Details]: (details: Details[Code]) => ProblemText }

/** A problem whose details are those of its code, also where the code is not known yet. */
export interface ProblemOf<Code extends keyof Details> {
  readonly code: Code
  readonly details: Details[Code]
}

/** Whole characters only: half of an emoji is not printable. */
export const shorten = (text: string, most = 80): string =>
  [...text].length > most ? `${[...text].slice(0, most - 3).join('')}…` : text

/** Samples: `0.5`, `30` */
export const seconds = (ms: number): string => (ms / 1000).toFixed(ms < 10_000 ? 1 : 0)

/** Sample: `2 tenants` */
export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`

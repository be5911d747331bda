import type { CheckLine } from '../contract/host.ts'

type Verdict = CheckLine['verdict']

/** One line of a host's check; `advice` is empty where there is nothing to do. */
export const line = (subject: string, verdict: Verdict, sentence: string, advice = ''): CheckLine => ({
  subject,
  verdict,
  sentence,
  advice,
})

/** The advice for whatever preparing puts right. */
export const prepare = 'Prepare the host.'

import type { WidthConfirmed } from '../../contract/allowlist.ts'
import { fail } from '../../domain/problem-error.ts'
import { describeWidening, judgeWidening } from './width.ts'

/**
 * Lets a change of an allowlist go on where it widens it little, or where the operator knows how much it does: `wide` is
 * no answer to opening it to everybody.
 * @param before the entries in their stored form, and `after` with those that are added
 * @throws ProblemError CONFIRMATION_NEEDED, saying how wide the list would be
 */
export function requireConfirmedWidth(
  before: readonly string[],
  after: readonly string[],
  confirmed: WidthConfirmed | undefined,
): void {
  if (confirmed === 'anyone') return
  const widening = judgeWidening(before, after)
  if (widening === undefined || widening.kind === confirmed) return
  fail({ code: 'CONFIRMATION_NEEDED', details: { loses: describeWidening(widening) } })
}

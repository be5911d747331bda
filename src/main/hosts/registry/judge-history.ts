import type { HelperReply } from '../../adapters/netfilter/replies.ts'
import type { KnownHistory } from '../../adapters/netfilter/requests.ts'
import type { HelperSession } from '../../adapters/netfilter/session.ts'

/** An id that no tenant has, so that no record comes with the answer. */
const noTenant = 'nobody00'

/**
 * How the registry of a host goes on from where this panel last agreed with it. `unknown`: the helper gives no digest, and
 * never gave one. `lost`: it gave one and gives none now, so an earlier helper is there with a state of before.
 * `forgotten`: so much was changed since that it cannot tell any more. `another`: it was put back, whatever was changed
 * since.
 */
export type HistoryJudgement =
  | { readonly kind: 'unknown' | 'lost' }
  | { readonly kind: 'same' | 'ahead' | 'another' | 'forgotten'; readonly pair: KnownHistory }

/**
 * Asks a host where its registry is.
 * @param known where this panel last agreed with it; null: it never did
 * @param hello as the helper has just introduced itself, if it has
 * @throws ProblemError of the helper session
 */
export async function judgeHistory(
  helper: HelperSession,
  known: KnownHistory | null,
  hello?: Pick<HelperReply<'hello'>, 'revision' | 'history'>,
): Promise<HistoryJudgement> {
  const { revision, history } = hello ?? (await helper.request<'hello'>({ op: 'hello' }))
  // Where nothing at all can be read there is nothing to be compared, either.
  if (revision === null) return { kind: 'unknown' }
  if (history === null) return { kind: known === null ? 'unknown' : 'lost' }
  const pair = { revision, history }
  if (known === null) return { kind: 'ahead', pair }
  if (known.revision === revision && known.history === history) return { kind: 'same', pair }
  const reply = await helper.request<'records'>({
    ...{ op: 'records', tenantId: noTenant, known },
  })
  if (reply.isAncestor === null) return { kind: 'forgotten', pair }
  return { kind: reply.isAncestor ? 'ahead' : 'another', pair }
}

import { fail } from '../../../domain/problem-error.ts'
import { renderForeignText } from '../limit.ts'
import { helperFailed, problemOfRefusal } from './refusals.ts'
import { type HelperReply, refusalSchema, replySchemas } from './replies.ts'
import type { ReadReply } from './reply-reader.ts'
import type { HelperOp } from './requests.ts'

const unclear = 'its reply could not be understood'

/** @throws ProblemError of a refusal, or HELPER_FAILED for what is no reply */
export function parseReply<Op extends HelperOp>(host: string, op: Op, read: ReadReply): HelperReply<Op> {
  if (read.kind === 'none') {
    const because = read.because === undefined ? '' : `: ${read.because}`
    return fail(helperFailed(host, op, `${unclear}${because}`), read.error)
  }
  const refusal = refusalSchema.safeParse(read.value)
  if (refusal.success) fail(problemOfRefusal(host, op, refusal.data))
  const reply = replySchemas[op].safeParse(read.value)
  // One schema for each op: TypeScript cannot see that the schema at `op` gives the reply at `op`.
  if (reply.success) return reply.data as HelperReply<Op>
  const place = renderForeignText(reply.error.issues[0]?.path.join('.') ?? '')
  const where = place === '' ? '' : `, because of ${place}`
  return fail(helperFailed(host, op, `${unclear}${where}`), reply.error)
}

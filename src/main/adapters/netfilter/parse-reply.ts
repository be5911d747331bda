import { setImmediate as nextTurn } from 'node:timers/promises'
import { fail } from '../../../domain/problem-error.ts'
import { renderForeignText } from '../limit.ts'
import { parseLongRecords } from './parse-long-records.ts'
import { parseRecords } from './parse-records.ts'
import { helperFailed, problemOfRefusal } from './refusals.ts'
import { type HelperReply, refusalSchema, replySchemas } from './replies.ts'
import type { HelperOp } from './requests.ts'

/** In characters; records of thousands of tenants. */
const longLine = 500_000

/** @throws ProblemError of a refusal, or HELPER_FAILED for what is no reply */
export async function parseReply<Op extends HelperOp>(
  host: string,
  op: Op,
  line: string,
): Promise<HelperReply<Op>> {
  const isLong = line.length > longLine
  // A text of megabytes took long enough to arrive; what is made of it has turns of its own.
  if (isLong) await nextTurn()
  const value = isLong && op === 'records' ? await parseLongRecords(line) : parseJson(line)
  if (isLong) await nextTurn()
  const refusal = refusalSchema.safeParse(value)
  if (refusal.success) fail(problemOfRefusal(host, op, refusal.data))
  const reply = op === 'records' ? await parseRecords(value) : replySchemas[op].safeParse(value)
  // One schema for each op: TypeScript cannot see that the schema at `op` gives the reply at `op`.
  if (reply.success) return reply.data as HelperReply<Op>
  const place = renderForeignText(reply.error.issues[0]?.path.join('.') ?? '')
  const where = place === '' ? '' : `, because of ${place}`
  return fail(helperFailed(host, op, `its reply could not be understood${where}`), reply.error)
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

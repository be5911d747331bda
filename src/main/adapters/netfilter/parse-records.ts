import { z } from 'zod'
import { mapInPieces } from '../../in-pieces.ts'
import { type HelperReply, replySchemas } from './protocol.ts'

const envelope = replySchemas.records.extend({ tenants: z.custom<object>(isObject) })
const record = replySchemas.records.shape.tenants.valueType

type ParsedRecords =
  | { readonly success: true; readonly data: HelperReply<'records'> }
  | { readonly success: false; readonly error: z.ZodError }

/**
 * The reply to `records`, as its schema has it: a record at a time, because ten thousand at once would hold up everything
 * else of this process for a good part of a second.
 */
export async function parseRecords(value: unknown): Promise<ParsedRecords> {
  const outer = envelope.safeParse(value)
  if (!outer.success) return outer
  const parsed = await mapInPieces(Object.entries(outer.data.tenants), ([id, held]) => {
    return { id, held: record.safeParse(held) }
  })
  const entries: [string, HelperReply<'records'>['tenants'][string]][] = []
  for (const { id, held } of parsed) {
    if (!held.success) {
      const issues = held.error.issues.map((issue) => ({ ...issue, path: ['tenants', id, ...issue.path] }))
      return { success: false, error: new z.ZodError(issues) }
    }
    entries.push([id, held.data])
  }
  return { success: true, data: { ...outer.data, tenants: Object.fromEntries(entries) } }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

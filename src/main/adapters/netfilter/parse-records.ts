import type { z } from 'zod'
import { mapInPieces } from '../../in-pieces.ts'
import { tableUnread } from '../foreign-list.ts'
import { mostTenants, parseHeldRecord } from './held-record.ts'
import { type HelperReply, replySchemas } from './replies.ts'

const envelope = replySchemas.records.extend({ tenants: tableUnread(mostTenants) })

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
  const entries = await mapInPieces(Object.entries(outer.data.tenants), ([id, given]) => {
    const held = parseHeldRecord(given)
    // A record that does not even say whose it is stands under its tenant's id.
    return [id, held.id === '' ? { ...held, id } : held] as const
  })
  return { success: true, data: { ...outer.data, tenants: Object.fromEntries(entries) } }
}

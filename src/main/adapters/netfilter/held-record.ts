import { z } from 'zod'
import { listOf } from '../foreign-list.ts'
import { count, moment } from './reply-parts.ts'

/** Each has a port of its own. */
export const mostTenants = 65_535

/** A tenant as the helper remembers it. Its texts are an operator's own, and pass the parsers of those where they are taken in. */
const wholeRecord = z.object({
  id: z.string(),
  name: z.string(),
  port: count,
  network: count,
  memoryMb: count,
  maxConnections: count,
  limitMb: count,
  open: z.boolean(),
  allow: listOf(z.object({ cidr: z.string(), label: z.string() })),
  notes: z.string(),
  tags: listOf(z.string()).default([]),
  createdAt: moment,
  revision: count,
})

/** `unread`: the part of it that is nothing a helper would say. What is in its place then is not so. */
type HeldRecord = z.output<typeof wholeRecord> & { unread?: string | undefined }

/** A record that cannot be read costs nothing but itself: it is there all the same, and everything else of the look counts. */
export function parseHeldRecord(held: unknown): HeldRecord {
  const parsed = wholeRecord.safeParse(held)
  return parsed.success ? parsed.data : readParts(held, String(parsed.error.issues[0]?.path[0] ?? 'id'))
}

/** The same as a schema; it takes everything. */
export const tenantRecord = z.unknown().transform(parseHeldRecord)

/** As much as can be read; in place of the rest what never counts as older, closed or deleted. */
function readParts(held: unknown, unread: string): HeldRecord {
  const parts = new Map(Object.entries(typeof held === 'object' && held !== null ? held : {}))
  const { shape } = wholeRecord
  return {
    id: shape.id.catch('').parse(parts.get('id')),
    name: shape.name.catch('').parse(parts.get('name')),
    port: shape.port.catch(0).parse(parts.get('port')),
    network: shape.network.catch(0).parse(parts.get('network')),
    memoryMb: shape.memoryMb.catch(0).parse(parts.get('memoryMb')),
    maxConnections: shape.maxConnections.catch(0).parse(parts.get('maxConnections')),
    limitMb: shape.limitMb.catch(0).parse(parts.get('limitMb')),
    open: shape.open.catch(true).parse(parts.get('open')),
    allow: shape.allow.catch([]).parse(parts.get('allow')),
    notes: shape.notes.catch('').parse(parts.get('notes')),
    tags: shape.tags.catch([]).parse(parts.get('tags')),
    createdAt: shape.createdAt.catch(new Date(0).toISOString()).parse(parts.get('createdAt')),
    revision: shape.revision.catch(Number.MAX_SAFE_INTEGER).parse(parts.get('revision')),
    unread,
  }
}

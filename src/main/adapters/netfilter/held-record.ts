import { z } from 'zod'
import { listOf } from '../foreign-list.ts'
import { count, moment } from './reply-parts.ts'

/** Each has a port of its own, and the networks of a /16 have room for half as many as there are. */
export const mostTenants = 32_768

/** In units of UTF-16, of which a letter has up to two: nothing is held of a text that is longer than any the helper takes. */
const text = (most: number) => z.string().max(most)

/** A tenant as the helper remembers it. Its texts are an operator's own, and pass the parsers of those where they are taken in. */
const wholeRecord = z.object({
  id: text(255),
  name: text(255),
  port: count,
  network: count,
  memoryMb: count,
  maxConnections: count,
  limitMb: count,
  open: z.boolean(),
  allow: listOf(z.object({ cidr: text(255), label: text(400) })),
  notes: text(4_000),
  tags: listOf(text(64), 50).default([]),
  createdAt: moment,
  revision: count,
})

const { shape } = wholeRecord

/** As much as can be read; in place of the rest what never counts as older, closed or deleted. */
const readableParts = z.object({
  id: shape.id.catch(''),
  name: shape.name.catch(''),
  port: shape.port.catch(0),
  network: shape.network.catch(0),
  memoryMb: shape.memoryMb.catch(0),
  maxConnections: shape.maxConnections.catch(0),
  limitMb: shape.limitMb.catch(0),
  open: shape.open.catch(true),
  allow: shape.allow.catch([]),
  notes: shape.notes.catch(''),
  tags: shape.tags.catch([]),
  createdAt: shape.createdAt.catch(new Date(0).toISOString()),
  revision: shape.revision.catch(Number.MAX_SAFE_INTEGER),
})

/** `unread`: the part of it that is nothing a helper would say. What is in its place then is not so. */
export type HeldRecord = z.output<typeof wholeRecord> & { unread?: string | undefined }

/** A record that cannot be read costs nothing but itself: it is there all the same, and everything else of the look counts. */
export function parseHeldRecord(held: unknown): HeldRecord {
  const parsed = wholeRecord.safeParse(held)
  if (parsed.success) return parsed.data
  const isObject = typeof held === 'object' && held !== null && !Array.isArray(held)
  const unread = String(parsed.error.issues[0]?.path[0] ?? 'id')
  return { ...readableParts.parse(isObject ? held : {}), unread }
}

/** Records by tenant id, which were parsed as they arrived. */
export const heldRecords = z.custom<Record<string, HeldRecord>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
)

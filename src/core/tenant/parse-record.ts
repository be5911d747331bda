import { type AllowEntry, mostAllowEntries } from '../../contract/allowlist.ts'
import { isAnyone, parseCidr } from '../../domain/address.ts'
import { parseLabel } from '../../domain/allowlist.ts'
import { mostNetworks } from '../../domain/host-names.ts'
import { parseName, parseNotes, parseTags } from '../../domain/name.ts'
import type { PortRange } from '../../domain/port-range.ts'
import { ProblemError } from '../../domain/problem-error.ts'
import { parseMaxConnections, parseMemoryMb } from '../../domain/sizing.ts'
import type { TenantRecord } from '../../domain/tenant-plan.ts'

/** A record of a host as it may come into the store, or the part of it that may not. */
export type ParsedRecord<Record> =
  | { readonly kind: 'fit'; readonly record: Record }
  | { readonly kind: 'unfit'; readonly id: string; readonly part: string }

/** Ids that this program gives have 12 of these characters; those of Docker's labels are as free. */
const tenantId = /^[a-z0-9]{8,20}$/

/** As many characters as the operator may write. */
const mostNotes = 2_000
const mostLabel = 200

/**
 * A host's record of a tenant, by the parsers of the operator's own input: a host is trusted with itself only.
 * @param range the host's ports
 */
export function parseRecord<Record extends TenantRecord & { readonly id: string }>(
  record: Record,
  range: PortRange,
): ParsedRecord<Record> {
  const { id } = record
  if (!tenantId.test(id)) return { kind: 'unfit', id: '', part: 'id' }
  const unfit = (part: string): ParsedRecord<Record> => ({ kind: 'unfit', id, part })
  const { port, network, revision, unread } = record
  if (unread !== undefined) return unfit(unread)
  if (!(port >= range.from && port <= range.to)) return unfit('port')
  if (!(network >= 1 && network <= mostNetworks)) return unfit('network')
  if (!Number.isSafeInteger(revision)) return unfit('revision')
  const parsers: { readonly [Part in keyof TenantRecord]?: () => unknown } = {
    name: () => parseName('tenant', record.name),
    memoryMb: () => parseMemoryMb(record.memoryMb),
    maxConnections: () => parseMaxConnections(record.maxConnections),
    notes: () => parseWithin(record.notes, mostNotes, parseNotes),
    tags: () => parseTags(record.tags),
    allow: () => parseAllow(record.allow),
  }
  const parsed: { [part: string]: unknown } = {}
  for (const [part, parse] of Object.entries(parsers)) {
    try {
      parsed[part] = parse()
    } catch (error) {
      if (error instanceof ProblemError) return unfit(part)
      throw error
    }
  }
  return { kind: 'fit', record: { ...record, ...parsed } }
}

/** @throws ProblemError what the parsers say, and where the list holds an entry twice or too many of them */
function parseAllow(entries: readonly AllowEntry[]): AllowEntry[] {
  const parsed = entries.map(({ cidr, label }) => ({
    cidr: isAnyone(cidr) ? cidr : parseCidr(cidr),
    label: parseWithin(label, mostLabel, parseLabel),
  }))
  const cidrs = new Set(parsed.map(({ cidr }) => cidr))
  if (cidrs.size !== parsed.length || parsed.length > mostAllowEntries) refuse('allowlist')
  return parsed
}

function parseWithin(text: string, most: number, parse: (text: string) => string): string {
  if (text.length > most) refuse('text')
  return parse(text)
}

function refuse(field: string): never {
  const details = { field, given: '', reason: 'it is not what a panel writes' }
  throw new ProblemError({ code: 'INVALID_INPUT', details })
}

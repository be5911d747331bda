import { listKindsSaying } from '../../../contract/operation-kind.ts'
import type { OperationFilter, StoredOperation } from './operations.ts'

/** The filter of the store's operations, as far as it says something of settled ones. */
export type ArchiveFilter = Pick<
  OperationFilter,
  'tenantId' | 'hostName' | 'tenant' | 'outcome' | 'words' | 'before'
> & { readonly limit: number }

/** Where a line has the moment of its operation: `3b9a… {"startedAt":"2026-11-22T10:02:53.123Z","id":…`. */
const moment = { from: 79, to: 103 } as const

/** Whether a line may be that of an operation that matches: most are passed over without being parsed. */
export function mayMatch(line: Buffer, { tenantId, hostName, outcome, before }: ArchiveFilter): boolean {
  return (
    (before === undefined || line.toString('latin1', moment.from, moment.to) <= before.startedAt) &&
    (tenantId === undefined || line.includes(JSON.stringify(tenantId))) &&
    (hostName === undefined || line.includes(JSON.stringify(hostName))) &&
    (outcome === undefined || line.includes(JSON.stringify(outcome)))
  )
}

/** As `listOperations` of the store chooses; `words` lets some others through as well, see `mayHold`. */
export function matchesFilter(operation: StoredOperation, filter: ArchiveFilter): boolean {
  const { tenantId, hostName, tenant, outcome, words, before } = filter
  return (
    (tenantId === undefined || operation.tenantId === tenantId) &&
    (hostName === undefined || operation.hostName === hostName) &&
    (tenant === undefined ||
      operation.tenantName === tenant.name ||
      (tenant.id !== undefined && operation.tenantId === tenant.id)) &&
    (outcome === undefined || operation.outcome === outcome) &&
    (before === undefined || comesAfter(operation, before)) &&
    (words === undefined || words.every((word) => mayHoldOne(operation, word)))
  )
}

function comesAfter(
  { startedAt, id }: StoredOperation,
  before: NonNullable<ArchiveFilter['before']>,
): boolean {
  if (startedAt !== before.startedAt) return startedAt < before.startedAt
  return before.id !== undefined && id < before.id
}

function mayHoldOne({ kind, hostName, tenantName, actor, problem }: StoredOperation, word: string): boolean {
  if (problem !== null || listKindsSaying(word).includes(kind)) return true
  return [kind, hostName, tenantName, actor].some(
    (text) => text?.normalize('NFC').toLowerCase().includes(word) === true,
  )
}

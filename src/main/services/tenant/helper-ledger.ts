import { isAtLeast } from '../../../domain/helper-version.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import { containerLimitMb } from '../../../domain/sizing.ts'
import type { HelperReply } from '../../adapters/netfilter/replies.ts'
import type { KnownHistory } from '../../adapters/netfilter/requests.ts'
import type { HelperSession } from '../../adapters/netfilter/session.ts'
import { closeInRegistry } from '../../hosts/registry/close-in-registry.ts'
import type { LedgerRecord, Reservation, TenantLedger } from './ledger.ts'

/** How long a released port is kept back, so that nobody's old programs find another tenant there. */
const freeAfterDays = 30

/**
 * The ledger of a host that filters: its helper's state file, changed in the same call as the kernel's sets.
 * @param closer a session of its own for what takes access away, so that no look and no create is before it
 */
export function createHelperLedger(helper: HelperSession, closer: HelperSession = helper): TenantLedger {
  const readAll = createRecordsReader(helper)
  const readOne = async (session: HelperSession, tenantId: string): Promise<LedgerRecord[]> => {
    const { tenants, unrecorded } = await session.request<'records'>({ op: 'records', tenantId })
    return withFilterOnly(Object.values(tenants), unrecorded)
  }
  const urgently = <T>(ask: (session: HelperSession) => Promise<T>): Promise<T> =>
    ask(closer).catch((error: unknown) => {
      // A server that allows no other session (MaxSessions 1, and no other login) has it for the other helper already.
      if (isNotStarted(error) && closer !== helper) return ask(helper)
      throw error
    })
  return {
    observe: (tenantId) => (tenantId === undefined ? readAll() : readOne(helper, tenantId)),
    observeUrgently: (tenantId) => urgently((session) => readOne(session, tenantId)),
    async reserve(operationId, tenant, port = null) {
      const wanted = pickReservation(tenant)
      const reserved = await helper.request<'reserve'>({
        ...{ op: 'reserve', operationId, tenant: wanted },
        ...{ port, freeAfterDays },
      })
      const { network, revision, existed } = reserved
      return { port: reserved.port, network, revision, existed }
    },
    async put(operationId, ifRevision, entry, leftPort) {
      const { port, network, open, allow } = entry
      const tenant = { ...pickReservation(entry), port, network, open, allow }
      const left = leftPort === 'free' && (await canFreeLeftPort(helper)) ? { port: leftPort } : {}
      const { revision, cut } = await helper.request<'put'>({
        ...{ op: 'put', operationId, ifRevision, tenant },
        ...left,
      })
      return { revision, cut }
    },
    close: (closing) => urgently((session) => closeInRegistry(session, closing)),
    async remove(operationId, tenantId, ifRevision, port) {
      const request = { op: 'remove', operationId, ifRevision, tenantId, port } as const
      const { revision, releasedAt } = await helper.request<'remove'>(request)
      return { revision, releasedAt }
    },
  }
}

/** Reads all records; those of a helper that keeps a history come over the connection only when something has changed. */
function createRecordsReader(helper: HelperSession): () => Promise<LedgerRecord[]> {
  let last: { readonly known: KnownHistory; readonly records: LedgerRecord[] } | undefined
  return async () => {
    // A host that was put back as a whole can have an older helper again.
    const before = isAtLeast(await helper.observeVersion(), '1.3.0') ? last : undefined
    const { revision, history, unchanged, tenants, unrecorded } = await helper.request<'records'>({
      ...{ op: 'records', tenantId: null },
      ...(before === undefined ? {} : { known: before.known }),
    })
    if (unchanged && before !== undefined) return withFilterOnly(before.records, unrecorded)
    const records = Object.values(tenants)
    last = history === null ? undefined : { known: { revision, history }, records }
    return withFilterOnly(records, unrecorded)
  }
}

/** It is none of the history, so it comes with each reply. */
function withFilterOnly(
  records: readonly LedgerRecord[],
  unrecorded: HelperReply<'records'>['unrecorded'],
): LedgerRecord[] {
  if (Object.keys(unrecorded).length === 0) return [...records]
  const found = new Map(Object.entries(unrecorded))
  return records.map((record) => {
    const closed = found.get(record.id)
    return closed === undefined ? record : { ...record, filterOnly: closed }
  })
}

/** An older helper refuses the word for it, and keeps the port back. */
async function canFreeLeftPort(helper: HelperSession): Promise<boolean> {
  const { version } = await helper.request<'hello'>({ op: 'hello' })
  return isAtLeast(version, '1.2.0')
}

/** The helper refuses keys that it does not know, so only what it asks for is sent. */
function pickReservation({ id, name, memoryMb, maxConnections, notes, tags, createdAt }: Reservation) {
  return { id, name, memoryMb, maxConnections, notes, tags, createdAt, limitMb: containerLimitMb(memoryMb) }
}

function isNotStarted(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.code === 'COMMAND_FAILED'
}

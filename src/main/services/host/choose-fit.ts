import { tenantPortRange } from '../../../contract/limits.ts'
import type { Refused } from '../../../core/tenant/describe-unfit.ts'
import { nothingRefused } from '../../../core/tenant/describe-unfit.ts'
import { parseRecord } from '../../../core/tenant/parse-record.ts'
import type { PortRange } from '../../../domain/port-range.ts'
import { type StoredHost, updateHost } from '../../adapters/store/hosts.ts'
import { listPortHolders } from '../../adapters/store/tenants.ts'
import { mapInPieces } from '../../in-pieces.ts'
import type { ServiceContext } from '../context.ts'
import type { LedgerRecord } from '../tenant/ledger.ts'
import type { ObservedTenants } from '../tenant/observe-tenants.ts'

/** Records that may come into the store, as the operator's own input would, and those that may not. */
export interface Fit {
  readonly records: readonly LedgerRecord[]
  readonly refused: Refused
}

/**
 * Parses what a host says of tenants. Each port is one tenant's: where two records have one, the tenant counts that has it
 * here, else the first.
 * @param all every record of the host
 */
export async function chooseFit(
  context: ServiceContext,
  host: StoredHost,
  given: readonly LedgerRecord[],
  all: ObservedTenants['records'],
): Promise<Fit> {
  const { fit, unfit } = await parseFit(context, host, given)
  const holders = await context.store.read((db) =>
    listPortHolders(
      db,
      host.id,
      fit.map(({ port }) => port),
    ),
  )
  const byPort = new Map(
    holders.filter(({ id, port }) => all.get(id)?.port === port).map(({ id, port }) => [port, id]),
  )
  for (const { id, port } of fit) if (!byPort.has(port)) byPort.set(port, id)
  const isFirst = ({ id, port }: LedgerRecord): boolean => byPort.get(port) === id
  const twice = fit.filter((record) => !isFirst(record)).map(({ id }) => id)
  return { records: fit.filter(isFirst), refused: { ...nothingRefused, unfit, twice } }
}

/** The records of a host that a panel could have written, and which part of the others it could not. */
export async function parseFit(
  context: ServiceContext,
  host: StoredHost,
  given: readonly LedgerRecord[],
): Promise<{ readonly fit: LedgerRecord[]; readonly unfit: Refused['unfit'] }> {
  const range = await readRange(context, host, given)
  const parsed = await mapInPieces(given, (record) => parseRecord(record, range))
  return {
    fit: parsed.flatMap((each) => (each.kind === 'fit' ? [each.record] : [])),
    unfit: parsed.flatMap((each) => (each.kind === 'unfit' ? [{ id: each.id, part: each.part }] : [])),
  }
}

/** Another panel may have given the host another range: it is asked where a record lies outside of what is known. */
async function readRange(
  { store, hosts }: ServiceContext,
  host: StoredHost,
  records: readonly LedgerRecord[],
): Promise<PortRange> {
  const known = { from: host.rangeFrom, to: host.rangeTo }
  if (records.every(({ port }) => port >= known.from && port <= known.to)) return known
  const { range } = await hosts.access(host).helper.request<'hello'>({ op: 'hello' })
  if (range === null || !isPossible(range)) return known
  if (range.from !== known.from || range.to !== known.to) {
    await store.write((db) => updateHost(db, host.id, { rangeFrom: range.from, rangeTo: range.to }))
  }
  return range
}

/** Whether tenants can have these ports at all. */
export function isPossible({ from, to }: PortRange): boolean {
  return from <= to && from >= tenantPortRange.least && to <= tenantPortRange.most
}

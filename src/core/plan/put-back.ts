import type { RecoverAs } from '../../contract/host.ts'
import { type DesiredTenant, sameRecord, type TenantRecord } from '../../domain/tenant-plan.ts'
import { listNames } from '../sentence/list-names.ts'
import { parseClosing } from './closing.ts'

/** A tenant as this panel has it. */
export interface KnownTenant extends DesiredTenant {
  readonly phase: 'creating' | 'present' | 'deleting' | 'deleted'
  /** The last revision of its record that the host confirmed. */
  readonly revision: number
  /** Entries that were revoked at some time, by the log of this panel. */
  readonly revoked: ReadonlySet<string>
  /** The access that a deleted one had. */
  readonly deletion?: Pick<DesiredTenant, 'allow'> | null
}

/** The memory of a host: its records by tenant id, and the deleted tenants whose ports it keeps back. */
export interface HostMemory {
  readonly records: ReadonlyMap<string, TenantRecord>
  readonly released: ReadonlySet<string>
}

/** The last that was confirmed of a tenant. */
export type Confirmed = Pick<KnownTenant, 'phase' | 'revision'>

/**
 * Tenants by which a host shows that its memory is older than what it had confirmed: a record with a lower revision, one
 * of a tenant that was deleted after it was written, or none of a tenant that is there. The last can also be another panel's delete.
 */
export function listSigns(
  known: ReadonlyMap<string, Confirmed>,
  records: ReadonlyMap<string, Pick<TenantRecord, 'revision'>>,
): string[] {
  return [...known].filter(([id, confirmed]) => isSign(confirmed, records.get(id))).map(([id]) => id)
}

function isSign({ phase, revision }: Confirmed, record: Pick<TenantRecord, 'revision'> | undefined): boolean {
  switch (phase) {
    case 'creating':
      return false
    case 'deleting':
      return record !== undefined && record.revision < revision
    case 'deleted':
      return record !== undefined && record.revision <= revision
    case 'present':
      return record === undefined || record.revision < revision
  }
}

/** Access to one tenant that is closed again. */
export interface CloseAgain {
  readonly tenantId: string
  readonly name: string
  /** Entries that come off the list; null: nobody gets in at all. */
  readonly cidrs: readonly string[] | null
}

/**
 * Closings that a host has lost: entries that were revoked here, tenants that were suspended or deleted. In a record
 * that is not newer than the last confirmed one, every entry that is not on the list here was revoked since.
 */
export function planCloseAgain(known: readonly KnownTenant[], { records }: HostMemory): CloseAgain[] {
  return known.flatMap((tenant): CloseAgain[] => {
    const record = records.get(tenant.id)
    if (record === undefined || isBackAgain(tenant, record)) return []
    const { id: tenantId, name } = tenant
    const isClosed = tenant.phase === 'deleted' || !tenant.open
    const whole = isClosed && record.open ? [{ tenantId, name, cidrs: null }] : []
    // Of one that lets nobody in, too: it is resumed with what its list has.
    const cidrs = listReopened(tenant, record)
    return [...whole, ...(cidrs.length === 0 ? [] : [{ tenantId, name, cidrs }])]
  })
}

/** Whether another panel has put a tenant back that was deleted. */
function isBackAgain({ phase, revision }: Confirmed, record: TenantRecord): boolean {
  return phase === 'deleted' && record.revision > revision
}

/** Entries of a record that are not on the list here and were closed. */
export function listReopened(tenant: KnownTenant, { allow, revision }: TenantRecord): string[] {
  const had = tenant.phase === 'deleted' ? tenant.deletion : tenant
  // Nothing is known of the list that it had.
  if (had === undefined || had === null) return []
  const kept = new Set(had.allow.map(({ cidr }) => cidr))
  return allow
    .map(({ cidr }) => cidr)
    .filter((cidr) => !kept.has(cidr))
    .filter((cidr) => revision <= tenant.revision || tenant.revoked.has(cidr))
}

/** `acme (203.0.113.7/32)`. */
export function describeCloseAgain({ name, cidrs }: CloseAgain): string {
  return cidrs === null ? `${name} (nobody gets in)` : `${name} (${cidrs.join(', ')})`
}

/** An operation of the log. */
interface LoggedOperation {
  readonly kind: string
  readonly outcome: 'running' | 'done' | 'failed' | 'undone'
  readonly before: unknown
  readonly after: unknown
}

/**
 * Cidrs that a tenant's log says were revoked at some time. Whether they were allowed again since the list here tells: the
 * log goes by a laptop's clock, which may have been wrong. A revoke of entries that nobody had is undone, and does not count.
 */
export function listRevoked(log: readonly LoggedOperation[]): Set<string> {
  const revokes = log.filter(({ kind, outcome }) => kind === 'tenant revoke' && outcome !== 'undone')
  return new Set(revokes.flatMap((operation) => parseClosing(operation)?.cidrs ?? []))
}

/**
 * A difference between this panel and a host that was put back. `differs`: the host has another record of the tenant.
 * `lost`: it has none. `returned`: it has one of a tenant that was deleted.
 */
export interface PutBackDifference {
  readonly kind: 'differs' | 'lost' | 'returned'
  readonly tenantId: string
  readonly name: string
  /** The parts of the record that differ, in nouns. */
  readonly fields: readonly string[]
  /** Whose state has it open, where the other has it suspended. */
  readonly resumes?: RecoverAs
  /** Entries that the state of a side lets in and the other's does not; none where it lets in nobody. */
  readonly letsIn?: Readonly<Record<RecoverAs, readonly string[]>>
}

/** The differences that are left once everything is closed again. Tenants halfway in or out are recovery's. */
export function compareMemory(
  known: readonly KnownTenant[],
  { records, released }: HostMemory,
): PutBackDifference[] {
  return known.flatMap((tenant): PutBackDifference[] => {
    const { id: tenantId, name } = tenant
    const record = records.get(tenantId)
    if (tenant.phase === 'deleted') {
      return record === undefined || isBackAgain(tenant, record)
        ? []
        : [{ kind: 'returned', tenantId, name, fields: [] }]
    }
    if (tenant.phase !== 'present') return []
    if (record === undefined) {
      const letsIn = { panel: listLetIn(tenant, null), host: [] }
      return released.has(tenantId) ? [] : [{ kind: 'lost', tenantId, name, fields: [], letsIn }]
    }
    if (sameRecord(tenant, record)) return []
    const resumes = tenant.open ? 'panel' : 'host'
    return [
      {
        ...{ kind: 'differs', tenantId, name, fields: listFields(tenant, record) },
        ...(tenant.open === record.open ? {} : { resumes }),
        letsIn: { panel: listLetIn(tenant, record), host: listLetIn(record, tenant) },
      },
    ]
  })
}

type Access = Pick<KnownTenant, 'open' | 'allow'>

/** Entries that the one lets in and the other does not: of a tenant that is suspended, or not there, none is let in. */
function listLetIn({ open, allow }: Access, other: Access | null): string[] {
  if (!open) return []
  const known = new Set(other?.open === true ? other.allow.map(({ cidr }) => cidr) : [])
  return allow.map(({ cidr }) => cidr).filter((cidr) => !known.has(cidr))
}

function listFields(tenant: KnownTenant, record: TenantRecord): string[] {
  const entries = (allow: KnownTenant['allow']) =>
    JSON.stringify([...allow].map(({ cidr, label }) => [cidr, label]).sort())
  const differing: readonly (readonly [string, boolean])[] = [
    ['name', tenant.name !== record.name],
    ['suspension', tenant.open !== record.open],
    ['allowlist', entries(tenant.allow) !== entries(record.allow)],
    ['port', tenant.port !== null && tenant.port !== record.port],
    ['memory', tenant.memoryMb !== record.memoryMb],
    ['connections', tenant.maxConnections !== record.maxConnections],
    ['notes', tenant.notes !== record.notes],
    ['tags', JSON.stringify([...tenant.tags].sort()) !== JSON.stringify([...record.tags].sort())],
  ]
  return differing.flatMap(([field, differs]) => (differs ? [field] : []))
}

/** One step of settling it, in the order of {@link planRecovery}. */
export interface RecoverStep extends PutBackDifference {
  readonly sentence: string
}

const order = { returned: 0, lost: 1, differs: 2 } as const

/**
 * Steps that give one side the state of the other. Tenants that are gone on one side come first: removing them frees
 * ports.
 * @param unfit tenants whose records on the host no panel has written: nothing of them is taken over
 */
export function planRecovery(
  as: RecoverAs,
  host: string,
  differences: readonly PutBackDifference[],
  unfit: ReadonlySet<string> = new Set(),
): RecoverStep[] {
  const sorted = [...differences].sort((a, b) => order[a.kind] - order[b.kind])
  return sorted.map((difference) => {
    const isLeft = as === 'host' && difference.kind !== 'lost' && unfit.has(difference.tenantId)
    const sentence = isLeft ? describeUnfitStep(host, difference) : describeStep(as, host, difference)
    return { ...difference, sentence }
  })
}

function describeUnfitStep(host: string, { name, tenantId }: PutBackDifference): string {
  return `Leave ${name} (${tenantId}) as it is here, because no panel has written what ${host} has of it`
}

function describeStep(
  as: RecoverAs,
  host: string,
  { kind, name, fields, resumes, letsIn }: PutBackDifference,
): string {
  const what = fields.join(', ')
  // Whom a step lets in, the operator reads before agreeing.
  const entries = letsIn?.[as] ?? []
  const lets = entries.length > 0 ? [`lets in ${listSome(entries)}`] : []
  const tell = (step: string, effects: readonly string[]): string =>
    effects.length > 0 ? `${step}; this ${effects.join(' and ')}` : step
  switch (kind) {
    case 'differs': {
      const opens = [...(resumes === as ? ['resumes it'] : []), ...lets]
      const step =
        as === 'panel'
          ? `Give ${name} on ${host} what this panel has: ${what}`
          : `Take over what ${host} has of ${name}: ${what}`
      return tell(step, opens)
    }
    case 'lost':
      return as === 'panel'
        ? tell(
            `Make ${name} on ${host} again with its port; its cache stays if its container still runs there`,
            lets,
          )
        : `Delete ${name} here, because ${host} does not have it; a container of it there goes, with its cache`
    case 'returned':
      return as === 'panel'
        ? `Remove ${name} from ${host} again`
        : `Take ${name} back from ${host}; nobody gets in until it is resumed`
  }
}

/** Entries that a step names, at most; more are counted. */
const mostNamed = 5

function listSome(entries: readonly string[]): string {
  const more = entries.length - mostNamed
  return more > 0 ? `${entries.slice(0, mostNamed).join(', ')} and ${more} more` : listNames(entries)
}

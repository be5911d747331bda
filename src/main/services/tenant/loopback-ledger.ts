import { fail } from '../../../domain/problem-error.ts'
import { containerLimitMb, reservedMb } from '../../../domain/sizing.ts'
import { containerEntry, infoAnswer, readAnswer } from '../../adapters/docker/answers.ts'
import { type DockerApi, inPieces } from '../../adapters/docker/docker.ts'
import { readList } from '../../adapters/docker/read-list.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import { listReleasedPorts, putReleasedPort } from '../../adapters/store/released-ports.ts'
import type { StoreDb } from '../../adapters/store/rows.ts'
import type { Store } from '../../adapters/store/store.ts'
import { findTenant, listTenants, type StoredTenant } from '../../adapters/store/tenants.ts'
import type { LedgerRecord, TenantLedger } from './ledger.ts'

/** How long a released port is kept back, in milliseconds: 30 days. */
export const keptBackMs = 30 * 24 * 3_600_000
const megabyte = 2 ** 20

interface LoopbackTools {
  readonly store: Store
  readonly now: () => Date
}

/**
 * The ledger of a host without a filter, where tenants listen on 127.0.0.1 only: the store alone remembers them. There
 * is one panel for such a host, because only that computer's own programs reach the tenants.
 */
export function createLoopbackLedger(
  { store, now }: LoopbackTools,
  host: StoredHost,
  docker: DockerApi,
): TenantLedger {
  const observe = () => store.read((db) => listTenants(db, { hostId: host.id }).flatMap(toRecord))
  return {
    observe,
    observeUrgently: observe,
    async reserve(_operationId, tenant, port = null) {
      const [info, containers] = await Promise.all([
        docker.call('describe itself', async (api) => readAnswer(infoAnswer, await api.info())),
        docker.call(
          'list the containers',
          (api) => readList(api, { path: '/containers/json' }, containerEntry),
          { bounds: inPieces },
        ),
      ])
      const published = containers.flatMap(({ Ports }) => Ports)
      const since = new Date(now().getTime() - keptBackMs).toISOString()
      return store.read((db) => {
        const known = listTenants(db, { hostId: host.id })
        const others = known.filter(({ id }) => id !== tenant.id)
        requireMemory(host, others, tenant.memoryMb, Math.floor(info.MemTotal / megabyte))
        if (port !== null) {
          requirePort(db, host, port, tenant.id, new Set(published))
          return { port, network: 1, revision: 1, existed: false }
        }
        const released = listReleasedPorts(db, host.id, since).map((each) => each.port)
        const taken = new Set([...published, ...released, ...others.map((each) => each.port)])
        return { port: choosePort(host, taken, released.length), network: 1, revision: 1, existed: false }
      })
    },
    async close({ tenantId, cidrs }) {
      const record = await store.read((db) => findTenant(db, tenantId))
      const { revision, open, allow } = record ?? { revision: 0, open: false, allow: [] }
      const rest = { closed: cidrs ?? [], left: [], cut: [], problems: [] }
      const left = { open: cidrs === null ? false : open, allow, ...rest }
      return { absent: record === undefined, was: revision, revision, ...left }
    },
    put: (_operationId, ifRevision) => Promise.resolve({ revision: ifRevision + 1, cut: [] }),
    async remove(_operationId, tenantId, _ifRevision, port) {
      const forgotten = { revision: 0, releasedAt: null }
      if (port === 'free') return forgotten
      await store.write((db) => {
        const released = findTenant(db, tenantId)?.port
        if (released == null) return
        putReleasedPort(db, { hostId: host.id, port: released, releasedAt: now().toISOString() })
      })
      return forgotten
    },
  }
}

function toRecord(tenant: StoredTenant): LedgerRecord[] {
  const { port, network } = tenant
  return port === null || network === null ? [] : [{ ...tenant, port, network }]
}

function requireMemory(
  host: StoredHost,
  others: readonly StoredTenant[],
  memoryMb: number,
  totalMb: number,
): void {
  const promised = others.reduce((sum, tenant) => sum + containerLimitMb(tenant.memoryMb), 0)
  const freeMb = totalMb - reservedMb(totalMb) - promised
  const askedMb = containerLimitMb(memoryMb)
  if (askedMb > freeMb) fail({ code: 'MEMORY_OVERCOMMITTED', details: { host: host.name, askedMb, freeMb } })
}

/**
 * A port that a tenant had, for that same tenant.
 * @throws ProblemError PORT_UNAVAILABLE
 */
function requirePort(
  db: StoreDb,
  { id: hostId, name }: StoredHost,
  port: number,
  tenantId: string,
  published: ReadonlySet<number | undefined>,
): void {
  const all = listTenants(db, { hostId, withDeleted: true }).filter((tenant) => tenant.port === port)
  const own = all.find(({ id }) => id === tenantId)
  const others = all.filter(({ id }) => id !== tenantId)
  const isLater = ({ deletedAt }: StoredTenant): boolean => (deletedAt ?? '') > (own?.deletedAt ?? '')
  const reason = others.some(({ phase }) => phase !== 'deleted')
    ? "is another tenant's"
    : others.some(isLater)
      ? 'was released by another tenant lately'
      : published.has(port)
        ? 'has a listener'
        : null
  if (reason !== null) fail({ code: 'PORT_UNAVAILABLE', details: { host: name, port, reason } })
}

function choosePort(
  host: StoredHost,
  taken: ReadonlySet<number | null | undefined>,
  quarantined: number,
): number {
  const { name, rangeFrom: from, rangeTo: to } = host
  for (let port = from; port <= to; port += 1) if (!taken.has(port)) return port
  return fail({ code: 'NO_PORT_LEFT', details: { host: name, from, to, quarantined } })
}

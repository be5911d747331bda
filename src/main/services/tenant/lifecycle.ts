import { dataSurvivalSentences } from '../../../contract/data-survival.ts'
import type { AnsweredTenant } from '../../../contract/tenant.ts'
import { parseName, parseNotes, parseTags } from '../../../domain/name.ts'
import { fail } from '../../../domain/problem-error.ts'
import { parseMaxConnections } from '../../../domain/sizing.ts'
import { isOutdated, planRestart } from '../../../domain/tenant-plan.ts'
import type { StoredHost } from '../../adapters/store/hosts.ts'
import { findTenantByPort } from '../../adapters/store/tenants.ts'
import { closeAccess } from '../../reconcile/close-access.ts'
import type { ServiceContext } from '../context.ts'
import type { Reporter } from '../progress.ts'
import { changeTenant } from './change-tenant.ts'
import type { TenantRef } from './find-tenant.ts'
import { requireFreeConnection } from './require-free-connection.ts'
import { requireTextRoom } from './require-text-room.ts'
import { requireImage } from './tenant-container.ts'

/** Closes the filter and cuts live connections; the container runs on, so the cache stays warm. */
export async function suspend(context: ServiceContext, which: TenantRef): Promise<AnsweredTenant> {
  const asked = context.askings.askClosing()
  const change = { kind: 'tenant suspend', cidrs: null, asked, change: () => ({ open: false }) } as const
  return (await closeAccess(context, which, change)).tenant
}

/** Lets the allowlist in again, to the same data. */
export async function resume(context: ServiceContext, which: TenantRef): Promise<AnsweredTenant> {
  const changed = await context.askings.askOpening((asked) =>
    changeTenant(context, which, {
      kind: 'tenant resume',
      basis: 'record',
      opens: { asked, cidrs: null },
      change: () => ({ open: true }),
    }),
  )
  return changed.tenant
}

/** @throws ProblemError INVALID_INPUT, NAME_TAKEN */
export async function rename(
  context: ServiceContext,
  input: TenantRef & { newName: string },
): Promise<AnsweredTenant> {
  const newName = parseName('tenant', input.newName)
  const change = { kind: 'tenant rename', basis: 'record', change: () => ({ name: newName }) } as const
  return (await changeTenant(context, input, change)).tenant
}

/**
 * Notes and tags; what is not given stays.
 * @throws ProblemError INVALID_INPUT, also when neither is given; NOTES_FULL
 */
export async function annotate(
  context: ServiceContext,
  given: TenantRef & { notes?: string | undefined; tags?: readonly string[] | undefined },
): Promise<AnsweredTenant> {
  if (given.notes === undefined && given.tags === undefined) {
    const reason = 'it has neither notes nor tags, so nothing would change'
    fail({ code: 'INVALID_INPUT', details: { field: 'request', given: '', reason } })
  }
  const changes = {
    ...(given.notes === undefined ? {} : { notes: parseNotes(given.notes) }),
    ...(given.tags === undefined ? {} : { tags: parseTags(given.tags) }),
  }
  const changed = await changeTenant(context, given, {
    kind: 'tenant annotate',
    basis: 'record',
    change: ({ hostId, notes, tags }, db) => {
      requireTextRoom(db, hostId, { notes, tags }, { notes, tags, ...changes })
      return changes
    },
  })
  return changed.tenant
}

/** Ends memcached and starts it again, with a container that fits what was asked for. */
export async function restart(
  context: ServiceContext,
  input: TenantRef & { confirmed: boolean },
  report: Reporter,
): Promise<AnsweredTenant> {
  const { name, confirmed } = input
  const changed = await changeTenant(
    context,
    input,
    {
      kind: 'tenant restart',
      endsCache: true,
      marked: true,
      basis: 'look',
      consider: () => requireConfirmed(confirmed, `Restarting ${name} ends its connections.`),
      change: () => ({}),
      plan: planRestart,
    },
    report,
  )
  return changed.tenant
}

/**
 * Empties the cache; connections stay.
 * @throws ProblemError CONFIRMATION_NEEDED, CONNECTIONS_TAKEN
 */
export async function flush(
  context: ServiceContext,
  input: TenantRef & { confirmed: boolean },
): Promise<AnsweredTenant> {
  const { name, confirmed } = input
  const changed = await changeTenant(context, input, {
    kind: 'tenant flush',
    marked: true,
    basis: 'look',
    consider: async (tenant, { container }, access) => {
      requireConfirmed(confirmed, `Flushing ${name} empties its cache.`)
      await requireFreeConnection(access, tenant, container?.port ?? null)
    },
    change: () => ({}),
    plan: () => [[{ kind: 'flush-cache' }]],
  })
  return changed.tenant
}

/** Another connection limit. memcached takes it at its start only, so the container is made anew. */
export async function limitConnections(
  context: ServiceContext,
  input: TenantRef & { maxConnections: number; confirmed: boolean },
  report: Reporter,
): Promise<AnsweredTenant> {
  const { name, maxConnections, confirmed } = input
  const wanted = parseMaxConnections(maxConnections)
  const changed = await changeTenant(
    context,
    input,
    {
      kind: 'tenant limit',
      endsCache: true,
      basis: 'look',
      consider: (tenant) => {
        if (tenant.maxConnections !== wanted) {
          requireConfirmed(confirmed, `Another connection limit makes the container of ${name} anew.`)
        }
      },
      change: () => ({ maxConnections: wanted }),
    },
    report,
  )
  return changed.tenant
}

/** Another port. The old one is kept back for 30 days. Docker binds ports at creation, so the container is made anew. */
export async function move(
  context: ServiceContext,
  input: TenantRef & { port: number; confirmed: boolean },
  report: Reporter,
): Promise<AnsweredTenant> {
  const { name, port, confirmed } = input
  const changed = await changeTenant(
    context,
    input,
    {
      kind: 'tenant move',
      endsCache: true,
      basis: 'look',
      consider: async (tenant, _observed, { host }) => {
        requireInRange(host, port)
        if (tenant.port !== port) {
          await requireUnused(context, host, port)
          requireConfirmed(confirmed, `Moving ${name} to port ${port} makes its container anew.`)
        }
      },
      change: () => ({ port }),
    },
    report,
  )
  return changed.tenant
}

/** A container of the host's current image, as they are made now, if it has another one or was made in an earlier way. */
export async function upgrade(
  context: ServiceContext,
  input: TenantRef & { confirmed: boolean },
  report: Reporter,
): Promise<AnsweredTenant> {
  const { name, confirmed } = input
  const changed = await changeTenant(
    context,
    input,
    {
      kind: 'tenant upgrade',
      endsCache: true,
      marked: true,
      basis: 'look',
      image: async (access) => {
        delete access.seen.imageId
        return requireImage(access)
      },
      consider: async (_tenant, { container }, access) => {
        if (container === null || isOutdated(container, await requireImage(access))) {
          requireConfirmed(
            confirmed,
            `Upgrading ${name} makes its container anew from the host's current image.`,
          )
        }
      },
      change: () => ({}),
    },
    report,
  )
  return changed.tenant
}

/** @throws ProblemError PORT_UNAVAILABLE */
function requireInRange({ name, rangeFrom, rangeTo }: StoredHost, port: number): void {
  if (Number.isInteger(port) && port >= rangeFrom && port <= rangeTo) return
  failPort(name, port, `is outside the range ${rangeFrom}-${rangeTo}`)
}

/** @throws ProblemError PORT_UNAVAILABLE */
async function requireUnused(
  { store }: ServiceContext,
  { id, name }: StoredHost,
  port: number,
): Promise<void> {
  const holder = await store.read((db) => findTenantByPort(db, id, port))
  if (holder !== undefined) failPort(name, port, `is the port of tenant ${holder.name}`)
}

function failPort(host: string, port: number, reason: string): never {
  return fail({ code: 'PORT_UNAVAILABLE', details: { host, port, reason } })
}

/** @throws ProblemError CONFIRMATION_NEEDED, saying that the data is lost */
function requireConfirmed(confirmed: boolean, what: string): void {
  if (!confirmed)
    fail({ code: 'CONFIRMATION_NEEDED', details: { loses: `${what} ${dataSurvivalSentences.lost}` } })
}

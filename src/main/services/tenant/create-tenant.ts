import type { AllowInput, WidthConfirmed } from '../../../contract/allowlist.ts'
import type { Settings } from '../../../contract/settings.ts'
import type { CreatedTenant } from '../../../contract/tenant.ts'
import { requireConfirmedWidth } from '../../../core/address/require-confirmed.ts'
import { parseAllowInputs, readWidthConfirmed, withAllowed } from '../../../domain/allowlist.ts'
import { parseName, parseNotes, parseTags } from '../../../domain/name.ts'
import { parseMaxConnections, parseMemoryMb } from '../../../domain/sizing.ts'
import { insertTenant, type StoredTenant } from '../../adapters/store/tenants.ts'
import { settleName } from '../../reconcile/recover-host.ts'
import { requireNoDoubt } from '../../reconcile/same-server.ts'
import type { ServiceContext } from '../context.ts'
import { chooseHost, requireStill } from '../host/find-host.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { requirePrepared } from '../host/require-prepared.ts'
import type { Reporter } from '../progress.ts'
import { getSettings } from '../settings/settings.ts'
import { makeInTurn } from './make-tenant.ts'

export interface CreateTenantInput {
  readonly name: string
  readonly host?: string | undefined
  readonly memoryMb?: number | undefined
  readonly maxConnections?: number | undefined
  readonly allow?: readonly AllowInput[] | undefined
  /** How wide the operator knows the allowlist to be. */
  readonly confirmed?: WidthConfirmed | undefined
  readonly notes?: string | undefined
  readonly tags?: readonly string[] | undefined
}

/**
 * Gives a tenant a port, a container and an allowlist, and waits until memcached answers. Without entries nobody gets
 * in. When a step fails, everything of it is taken back and its port can be used again at once.
 * @throws ProblemError CONFIRMATION_NEEDED, before anything is done, where the allowlist is wider than is known
 */
export async function createTenant(
  context: ServiceContext,
  input: CreateTenantInput,
  report: Reporter,
): Promise<CreatedTenant> {
  const usual = (await getSettings(context)).newTenant
  const wish = parseWish(input, usual)
  const chosen = await context.store.read((db) => chooseHost(db, input.host))
  requirePrepared(chosen)
  const asked = context.hosts.access(chosen)
  await ensureDocker(asked)
  await settleName(context, asked, wish.name)
  // Whatever was waited for, the host may have been edited or removed meanwhile.
  const host = await context.store.read((db) => {
    requireNoDoubt(db, chosen.id)
    return requireStill(db, chosen)
  })
  requirePrepared(host)
  const access = context.hosts.access(host)

  const tenant: StoredTenant = {
    ...wish,
    id: context.newId(),
    hostId: host.id,
    port: null,
    network: null,
    phase: 'creating',
    open: true,
    revision: 0,
    createdAt: context.now().toISOString(),
    deletedAt: null,
    deletion: null,
  }
  // In the tenant's turn, so that recovery does not take a create that is under way for one that was cut off.
  return context.inTurn(tenant.id, () =>
    makeInTurn(context, access, tenant, 'tenant create', (db) => insertTenant(db, tenant), report),
  )
}

/** Once for each connection: a create that Docker cannot carry out at all leaves nothing to be taken back. */
export async function ensureDocker({ docker, seen }: HostAccess): Promise<void> {
  seen.docker ??= docker
    .call('answer', (api) => api.ping())
    .catch((error: unknown) => {
      delete seen.docker
      throw error
    })
  await seen.docker
}

/** @param usual what a tenant gets that asks for nothing else */
function parseWish(input: CreateTenantInput, usual: Settings['newTenant']) {
  const inputs = input.allow ?? []
  const allow = withAllowed([], parseAllowInputs(inputs))
  const cidrs = allow.map(({ cidr }) => cidr)
  requireConfirmedWidth([], cidrs, readWidthConfirmed(inputs, input.confirmed))
  return {
    name: parseName('tenant', input.name),
    memoryMb: parseMemoryMb(input.memoryMb ?? usual.memoryMb),
    maxConnections: parseMaxConnections(input.maxConnections ?? usual.maxConnections),
    allow,
    notes: parseNotes(input.notes ?? ''),
    tags: parseTags(input.tags ?? []),
  }
}

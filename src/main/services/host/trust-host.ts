import type { Host } from '../../../contract/host.ts'
import { describeTrust } from '../../../core/host/describe-server.ts'
import { describeClosing } from '../../../core/plan/closing.ts'
import { fail } from '../../../domain/problem-error.ts'
import { listPendingClosings } from '../../adapters/store/closings.ts'
import { findHost, keepAccepted, type StoredHost, updateHost } from '../../adapters/store/hosts.ts'
import { listTenantNames } from '../../adapters/store/tenants.ts'
import { closeNow } from '../../reconcile/close-later.ts'
import { tryFollowPutBack } from '../../reconcile/put-back.ts'
import { settleServer } from '../../reconcile/same-server.ts'
import type { ServiceContext } from '../context.ts'
import { beginOperation, endOperation } from '../operation/operation-log.ts'
import { observeContainers, observeRecords } from '../tenant/observe-tenants.ts'
import { requireHost } from './find-host.ts'
import type { HostAccess } from './host-pool.ts'
import { connectLearning } from './learn-host-keys.ts'
import { attempt } from './observe-host.ts'
import { viewHost } from './view-host.ts'

export interface TrustInput {
  readonly name: string
  readonly hostKeys?: readonly string[] | undefined
  /** The registry of another server, as an answer before has named it, to be this host's from now on. */
  readonly registryId?: string | undefined
}

export interface TrustedHost {
  readonly host: Host
  readonly fingerprints: string[]
  /** Another server than before that is not accepted yet, what accepting it means, and what can be done after it. */
  readonly replaced: ({ readonly registryId: string } & ReturnType<typeof describeTrust>) | null
}

/**
 * Accepts the keys that a host and its jump hosts show now, after the operator has compared their fingerprints. Old
 * pins stay until the new keys have logged in. Whether it is another server than before is asked behind that, and accepted
 * by the id of its registry.
 * @throws ProblemError HOST_KEY_CHANGED or, of a server that had no key so far, HOST_KEY_UNKNOWN, with the fingerprint that
 *   has to be accepted; CANCELLED while it connects; PLAN_STALE when it is yet another server than the one that was named
 */
export async function trustHost(
  context: ServiceContext,
  input: TrustInput,
  signal?: AbortSignal,
): Promise<TrustedHost> {
  const host = await context.store.read((db) => requireHost(db, input.name))
  const { access, pins } = await connectLearning(context, host, input.hostKeys ?? [], signal)
  try {
    await acceptKeys(context, host, pins)
    context.hosts.retire(host.id)
    const replaced = await acceptServer(context, access, input.registryId)
    const now = await context.store.read((db) => findHost(db, host.id) ?? host)
    if (input.registryId !== undefined) await markDifferences(context, context.hosts.access(now))
    // Closings that are pending there have waited for this: a way that was refused is not tried again by itself.
    context.background.add(closeNow(context, context.hosts.access(now)))
    const trusted = await context.store.read((db) => viewHost(db, findHost(db, host.id) ?? now))
    return { host: trusted, fingerprints: Object.values(pins), replaced }
  } finally {
    await access.helper.close()
    await access.link.close()
  }
}

async function acceptKeys(
  context: ServiceContext,
  host: StoredHost,
  pins: Record<string, string>,
): Promise<void> {
  await context.store.write((db) => {
    updateHost(db, host.id, { pins })
    const subject = { kind: 'host trust', host, tenant: null, before: host.pins, after: pins }
    const operation = beginOperation(db, context, subject, [
      { kind: 'pin', sentence: `Accept the key of ${host.name}` },
    ])
    endOperation(db, context.now(), operation, { kind: 'done' })
  })
}

/** @returns what has to be answered first */
async function acceptServer(
  context: ServiceContext,
  access: HostAccess,
  accepted: string | undefined,
): Promise<TrustedHost['replaced']> {
  const { id, name, mode } = access.host
  if (mode !== 'filtered') return null
  const hello = await attempt(access.helper.request<'hello'>({ op: 'hello' }))
  const registryId = hello.kind === 'ok' ? hello.value.hostId : null
  if (registryId === null) return null
  await settleServer(context, access, registryId)
  const host = await context.store.read((db) => findHost(db, id))
  if (host === undefined || host.registryId === null || host.seenRegistryId === null) return null
  if (accepted === undefined) return { registryId, ...(await describeMeaning(context, access)) }
  if (accepted !== registryId) fail({ code: 'PLAN_STALE', details: { host: name } })
  await context.store.write((db) => {
    const before = { registryId: host.registryId }
    const subject = { kind: 'host trust', host, tenant: null, before, after: { registryId } }
    const sentence = `Take another server for ${name}`
    const operation = beginOperation(db, context, subject, [{ kind: 'accept-server', sentence }])
    keepAccepted(db, id, registryId, context.now().toISOString())
    endOperation(db, context.now(), operation, { kind: 'done' })
  })
  context.hosts.retire(id)
  return null
}

/** All that the accepted server has otherwise than this panel is a question to the operator, known with the answer. */
async function markDifferences(context: ServiceContext, access: HostAccess): Promise<void> {
  const records = await attempt(observeRecords(access))
  if (records.kind === 'ok') await tryFollowPutBack(context, access, records.value)
}

/** The consequences for the tenants that this store knows there. */
async function describeMeaning(
  context: ServiceContext,
  access: HostAccess,
): Promise<ReturnType<typeof describeTrust>> {
  const { id, name } = access.host
  const [records, containers] = await Promise.all([
    observeRecords(access),
    attempt(observeContainers(access)),
  ])
  return context.store.read((db) => {
    const tenants = listTenantNames(db, id)
    const known = new Set(tenants.map((tenant) => tenant.id))
    const namesOf = (isThere: boolean): string[] =>
      tenants.filter((tenant) => records.has(tenant.id) === isThere).map((tenant) => tenant.name)
    const unknown = [...records.keys()].filter((recordId) => !known.has(recordId)).length
    const pending = listPendingClosings(db, id).map(({ closing, operation }) =>
      describeClosing(closing, operation.tenantName ?? '', 'gerund'),
    )
    const withContainer =
      containers.kind === 'ok'
        ? tenants.filter((tenant) => containers.value.has(tenant.id)).map((tenant) => tenant.name)
        : null
    const absent = { absent: namesOf(false), containers: withContainer }
    return describeTrust(name, { ...absent, present: namesOf(true), unknown, pending })
  })
}

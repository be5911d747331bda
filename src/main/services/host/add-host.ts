import type { Host, HostTarget } from '../../../contract/host.ts'
import { describeForgotten, isStillOpen } from '../../../core/plan/describe-forgotten.ts'
import { parsePublicAddress } from '../../../domain/endpoint.ts'
import { parseName } from '../../../domain/name.ts'
import { fail } from '../../../domain/problem-error.ts'
import { listForgottenClosings } from '../../adapters/store/closings.ts'
import {
  findHost,
  findHostByName,
  insertHost,
  neverConfirmed,
  type StoredHost,
} from '../../adapters/store/hosts.ts'
import { listTenantsById } from '../../adapters/store/tenants.ts'
import { followServer } from '../../reconcile/same-server.ts'
import type { ServiceContext } from '../context.ts'
import { beginOperation, endOperation } from '../operation/operation-log.ts'
import { getSettings } from '../settings/settings.ts'
import { adoptRecords } from './adopt-records.ts'
import { isPossible } from './choose-fit.ts'
import type { HostAccess } from './host-pool.ts'
import { connectLearning } from './learn-host-keys.ts'
import { attempt } from './observe-host.ts'
import { refusePodman } from './refuse-podman.ts'
import { viewHost } from './view-host.ts'

export interface AddHostInput {
  readonly name: string
  readonly target: HostTarget
  readonly publicAddress?: string | undefined
  readonly hostKeys?: readonly string[] | undefined
}

/**
 * Connects a host for the first time, pins its keys and remembers it. A host that was prepared before, by another panel
 * perhaps, brings its tenants along. Nothing is stored when it cannot be reached.
 * @param signal gives up connecting, for which somebody may have to approve a key
 * @throws ProblemError DOCKER_IS_PODMAN, NAME_TAKEN, and what connecting throws
 */
export async function addHost(
  context: ServiceContext,
  input: AddHostInput,
  signal?: AbortSignal,
): Promise<{ host: Host; adopted: string[] }> {
  const name = parseName('host', input.name)
  const { portRange } = await getSettings(context)
  const taken = await context.store.read((db) => findHostByName(db, name) !== undefined)
  if (taken) fail({ code: 'NAME_TAKEN', details: { noun: 'host', name } })

  const wish: StoredHost = {
    id: context.newId(),
    name,
    target: input.target,
    publicAddress: input.publicAddress === undefined ? null : parsePublicAddress(input.publicAddress),
    pins: {},
    mode: 'unknown',
    modeReason: '',
    rangeFrom: portRange.from,
    rangeTo: portRange.to,
    isDefault: false,
    createdAt: context.now().toISOString(),
    ...neverConfirmed,
  }
  const { access, pins } = await connectLearning(context, wish, input.hostKeys ?? [], signal)
  try {
    const podman = attempt(refusePodman(access))
    const prepared = await observePrepared(access)
    const refusal = await podman
    // Access of a host that was prepared has to be taken away all the same.
    if (refusal.kind === 'failed' && prepared.mode === undefined) fail(refusal.problem)
    const host = { ...wish, pins, ...prepared }
    const steps = [{ kind: 'connect', sentence: `Connect ${name} and pin its keys` }]
    await context.store.write((db) => {
      insertHost(db, host)
      const operation = beginOperation(db, context, { kind: 'host add', host, tenant: null }, steps)
      endOperation(db, context.now(), operation, { kind: 'done' })
    })
    const adopted = host.mode === 'filtered' ? await adoptFirst(context, { ...access, host }) : []
    const added = await context.store.read((db) => viewHost(db, findHost(db, host.id) ?? host))
    return { host: added, adopted: [...adopted] }
  } finally {
    // The next access uses the pinned keys.
    await access.helper.close()
    await access.link.close()
  }
}

/** Keeps which server it is before anything comes in: one that is known here already has its tenants already. */
async function adoptFirst(context: ServiceContext, access: HostAccess): Promise<readonly string[]> {
  if ((await followServer(context, access)) !== null) return []
  const { added } = await adoptRecords(context, access, { isFirst: true })
  await tellForgotten(context, access)
  return added
}

/** A server that was forgotten here while access was still to be taken away there lets in as before. */
async function tellForgotten({ store, notices }: ServiceContext, { host }: HostAccess): Promise<void> {
  const sentences = await store.read((db) => {
    const forgotten = listForgottenClosings(db, host.id)
    const ids = forgotten.flatMap(({ operation: { tenantId } }) => tenantId ?? [])
    const tenants = new Map(listTenantsById(db, ids).map((tenant) => [tenant.id, tenant]))
    return forgotten.flatMap(({ closing, operation }) => {
      const tenant = tenants.get(operation.tenantId ?? '')
      const isOpen = tenant !== undefined && isStillOpen(closing, tenant)
      return isOpen ? [describeForgotten(host.name, { closing, tenant: tenant.name })] : []
    })
  })
  for (const sentence of sentences) notices.add(sentence)
}

/** A host with a configured helper is ready already; any other answer means that it has to be prepared. */
async function observePrepared(
  access: HostAccess,
): Promise<Partial<Pick<StoredHost, 'mode' | 'rangeFrom' | 'rangeTo'>>> {
  const hello = await access.helper.request<'hello'>({ op: 'hello' }).catch(() => undefined)
  if (hello?.configured !== true || hello.range === null || !isPossible(hello.range)) return {}
  return { mode: 'filtered', rangeFrom: hello.range.from, rangeTo: hello.range.to }
}

import { toContainerFacts } from '../../../domain/container-facts.ts'
import { containerName, tenantLabel } from '../../../domain/host-names.ts'
import type { UnrecordedContainer } from '../../../domain/orphan.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import { containerAnswer, infoAnswer, readAnswer } from '../../adapters/docker/answers.ts'
import { askStats } from '../../adapters/memcached/stats.ts'
import type { HostAccess } from './host-pool.ts'

/** A container that no record of the host knows. */
export interface SeenUnrecorded extends UnrecordedContainer {
  /** Docker's id of this very container: another one of the same name is another matter. */
  readonly container: string
  /** As Docker calls it: `created`, `running`, `exited`. */
  readonly state: string
  /** By the host's clock. */
  readonly createdAt: string
}

/**
 * Looks at a tenant's container and then at its record: in this order, because a record precedes its container. null
 * when the container is gone or a record is there.
 */
export async function observeUnrecorded(
  access: HostAccess,
  tenantId: string,
  known: UnrecordedContainer['known'],
): Promise<SeenUnrecorded | null> {
  const { docker, host, ledger } = access
  const inspected = await docker.call(
    'look at the container',
    async (api) => readAnswer(containerAnswer, await api.getContainer(containerName(tenantId)).inspect()),
    { expected: [404] },
  )
  if (inspected === undefined || inspected.Config.Labels[tenantLabel] !== tenantId) return null
  const records = await ledger.observe(tenantId)
  if (records.some(({ id }) => id === tenantId)) return null
  const { Id: container, Created: createdAt, State } = inspected
  const { port } = toContainerFacts(inspected, null)
  // A container that the store alone can judge needs no more questions.
  const asked = known === 'unknown'
  return {
    ...{ container, createdAt, state: State.Status, known, recordedByHost: host.mode === 'filtered' },
    ageMs: asked ? await observeAge(access, createdAt) : null,
    // A cache that does not run has lost what was in it.
    itemsEver: !asked ? null : State.Running ? await observeItemsEver(access, port) : 0,
  }
}

/** The two clocks that are compared are the host's own; the laptop's may be wrong. */
async function observeAge({ docker }: HostAccess, createdAt: string): Promise<number | null> {
  const { SystemTime: now } = await docker.call('describe itself', async (api) =>
    readAnswer(infoAnswer, await api.info()),
  )
  const ageMs = now === undefined ? Number.NaN : Date.parse(now) - Date.parse(createdAt)
  return Number.isNaN(ageMs) ? null : ageMs
}

async function observeItemsEver({ link }: HostAccess, port: number | null): Promise<number | null> {
  if (port === null) return null
  try {
    const { total_items: items } = await askStats(link, port)
    return items === undefined ? null : Number(items)
  } catch (error) {
    if (error instanceof ProblemError) return null
    throw error
  }
}

import type { z } from 'zod'
import { type Carrier, isRenamed, sortCarriers } from '../../../core/tenant/carrier.ts'
import { toContainerFacts } from '../../../domain/container-facts.ts'
import { tenantLabel } from '../../../domain/host-names.ts'
import { containerAnswer, type containersAnswer, readAnswer } from '../../adapters/docker/answers.ts'
import type { HostAccess } from '../host/host-pool.ts'

/** More in one look count as copies: nobody renames so many. */
const mostLooked = 20

export type ListedCarrier = Carrier & z.output<typeof containersAnswer>[number]

export interface SortedListed {
  /** The tenants' own under their own names. */
  readonly named: readonly ListedCarrier[]
  /** The tenants' own under other names. */
  readonly renamed: readonly ListedCarrier[]
  readonly copies: readonly ListedCarrier[]
}

/**
 * Sorts the containers with a tenant's label, as Docker lists them, by whose they are. One whose name does not show it is
 * looked at by itself, because a list does not say what a container publishes that does not run.
 */
export async function sortListed(
  access: HostAccess,
  listed: z.output<typeof containersAnswer>,
): Promise<SortedListed> {
  const { own, unclear, copies } = sortCarriers(
    listed.map((each) => ({ ...each, tenantId: each.Labels[tenantLabel] ?? '', names: each.Names })),
  )
  const judged = await Promise.all(
    unclear.map(async (each, at) => ({ each, isOwn: at < mostLooked && (await isOwn(access, each)) })),
  )
  return {
    named: [...own.values()],
    renamed: judged.filter(({ isOwn }) => isOwn).map(({ each }) => each),
    copies: [...copies, ...judged.filter(({ isOwn }) => !isOwn).map(({ each }) => each)],
  }
}

async function isOwn({ docker, ledger }: HostAccess, { Id, tenantId }: ListedCarrier): Promise<boolean> {
  const inspected = await docker.call(
    'look at the container',
    async (api) => readAnswer(containerAnswer, await api.getContainer(Id).inspect()),
    { expected: [404] },
  )
  const port = inspected === undefined ? null : toContainerFacts(inspected, null).port
  if (port === null) return false
  const records = await ledger.observe(tenantId).catch(() => undefined)
  const record = records?.find(({ id }) => id === tenantId)
  return isRenamed(port, records === undefined ? undefined : (record?.port ?? null))
}

import type { z } from 'zod'
import { type Carrier, isRenamed, sortCarriers } from '../../../core/tenant/carrier.ts'
import { toContainerFacts } from '../../../domain/container-facts.ts'
import { tenantLabel } from '../../../domain/host-names.ts'
import { containerAnswer, type containerEntry } from '../../adapters/docker/answers.ts'
import type { HostAccess } from '../host/host-pool.ts'

/** More in one look count as copies: nobody renames so many. */
const mostLooked = 20

export type ListedCarrier = Carrier & z.output<typeof containerEntry>

export interface SortedListed {
  /** The tenants' own under their own names. */
  readonly named: readonly ListedCarrier[]
  /** The tenants' own under other names. */
  readonly renamed: readonly ListedCarrier[]
  readonly copies: readonly ListedCarrier[]
}

/**
 * Sorts the containers with a tenant's label, as Docker lists them, by whose they are: a tenant has at most one of its own,
 * and a renamed one counts before one that took its name. One whose name does not show it is
 * looked at by itself, because a list does not say what a container publishes that does not run.
 */
export async function sortListed(
  access: HostAccess,
  listed: readonly z.output<typeof containerEntry>[],
): Promise<SortedListed> {
  const { own, unclear, copies } = sortCarriers(
    listed.map((each) => ({ ...each, tenantId: each.Labels[tenantLabel] ?? '', names: each.Names })),
  )
  const judged = await Promise.all(
    [...unclear, ...copies].map(async (each, at) => {
      const isOwn = at < mostLooked && (await isOwnBeside(access, each, own.get(each.tenantId)))
      return { each, isOwn }
    }),
  )
  return {
    named: [...own.values()],
    renamed: judged.filter(({ isOwn }) => isOwn).map(({ each }) => each),
    copies: judged.filter(({ isOwn }) => !isOwn).map(({ each }) => each),
  }
}

/** Where another container has taken the tenant's name, the port decides: the customers' data is where they are led. */
const isOwnBeside = async (
  access: HostAccess,
  each: ListedCarrier,
  named: ListedCarrier | undefined,
): Promise<boolean> => (await leads(access, each)) && (named === undefined || !(await leads(access, named)))

/** Whether it publishes the tenant's port, running or not. */
async function leads({ docker, ledger }: HostAccess, { Id, tenantId }: ListedCarrier): Promise<boolean> {
  const inspected = await docker.call(
    'look at the container',
    // A container of somebody else may be otherwise than any of tenants: then it is none, and hides nothing else.
    async (api) => containerAnswer.safeParse(await api.getContainer(Id).inspect()).data,
    { expected: [404] },
  )
  const port = inspected === undefined ? null : toContainerFacts(inspected, null).port
  if (port === null || port === 0) return false
  const records = await ledger.observe(tenantId).catch(() => undefined)
  const record = records?.find(({ id }) => id === tenantId)
  return isRenamed(port, records === undefined ? undefined : (record?.port ?? null))
}

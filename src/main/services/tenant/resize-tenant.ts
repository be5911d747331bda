import type { AnsweredTenant } from '../../../contract/tenant.ts'
import { canShrinkSafely } from '../../../domain/memcached-version.ts'
import { fail } from '../../../domain/problem-error.ts'
import { parseMemoryMb } from '../../../domain/sizing.ts'
import type { ObservedTenant } from '../../../domain/tenant-plan.ts'
import { askStats } from '../../adapters/memcached/stats.ts'
import { askVersion } from '../../adapters/memcached/version.ts'
import type { StoredTenant } from '../../adapters/store/tenants.ts'
import type { ServiceContext } from '../context.ts'
import type { HostAccess } from '../host/host-pool.ts'
import type { Reporter } from '../progress.ts'
import { changeTenant } from './change-tenant.ts'
import type { TenantRef } from './find-tenant.ts'
import { requireFreeConnection } from './require-free-connection.ts'
import { requireShrinkable } from './require-room.ts'

/** A resize with its proof: how many items there were before and after. */
export interface ResizedTenant {
  readonly tenant: AnsweredTenant
  readonly itemsBefore: number | null
  readonly itemsAfter: number | null
}

/**
 * Changes the size of the cache while it runs. Growing keeps everything; shrinking drops what does not fit any more.
 * memcached before 1.6.42 can crash while it shrinks, and that of an earlier container may keep what it frees, so there it
 * has to be confirmed.
 * @throws ProblemError CONFIRMATION_NEEDED, MEMORY_HELD, MEMORY_OVERCOMMITTED, CONNECTIONS_TAKEN, INVALID_INPUT
 */
export async function resizeTenant(
  context: ServiceContext,
  input: TenantRef & { memoryMb: number; confirmed: boolean },
  report: Reporter,
): Promise<ResizedTenant> {
  const memoryMb = parseMemoryMb(input.memoryMb)
  let itemsBefore: number | null = null
  let through: HostAccess | undefined
  const changed = await changeTenant(
    context,
    input,
    {
      kind: 'tenant resize',
      basis: 'look',
      consider: async (tenant, observed, access) => {
        through = access
        await requireFreeConnection(access, tenant, observed.container?.port ?? null)
        itemsBefore = await countItems(access, observed.container?.port ?? null)
        if (memoryMb < tenant.memoryMb) await requireSafeShrink(tenant, observed, access, input)
      },
      change: () => ({ memoryMb }),
    },
    report,
  )
  const itemsAfter = through === undefined ? null : await countItems(through, changed.after.port)
  return { tenant: changed.tenant, itemsBefore, itemsAfter }
}

async function requireSafeShrink(
  tenant: StoredTenant,
  { container }: ObservedTenant,
  access: HostAccess,
  { memoryMb, confirmed }: { memoryMb: number; confirmed: boolean },
): Promise<void> {
  if (container?.running !== true || container.port === null) return
  const { port } = container
  const kept = await requireShrinkable(access, tenant, { ...container, port }, memoryMb)
  if (confirmed) return
  const version = await askVersion(access.link, port)
  const crash = `memcached ${version} can crash while it shrinks, and then everything in the cache of ${tenant.name} is lost. From 1.6.42 on it is safe.`
  const loses = [kept, canShrinkSafely(version) ? '' : crash].filter((each) => each !== '').join(' ')
  if (loses !== '') fail({ code: 'CONFIRMATION_NEEDED', details: { loses } })
}

/** Null when memcached does not say: it is being made, or all its connections are taken. */
async function countItems(access: HostAccess, port: number | null): Promise<number | null> {
  if (port === null) return null
  const stats = await askStats(access.link, port).catch(() => undefined)
  return stats?.['curr_items'] === undefined ? null : Number(stats['curr_items'])
}

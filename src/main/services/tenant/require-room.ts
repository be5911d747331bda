import { setTimeout as pause } from 'node:timers/promises'
import { foreseeShrink } from '../../../core/tenant/foresee-shrink.ts'
import { fail } from '../../../domain/problem-error.ts'
import { containerLimitMb } from '../../../domain/sizing.ts'
import type { ContainerFacts } from '../../../domain/tenant-plan.ts'
import { askStats } from '../../adapters/memcached/stats.ts'
import type { HostAccess } from '../host/host-pool.ts'
import { observeUse } from './observe-use.ts'

const megabyte = 2 ** 20

interface NamedTenant {
  readonly id: string
  readonly name: string
}

/**
 * Looks whether a running cache can be made smaller at all, before anything is changed.
 * @returns what may become of it, in a sentence; empty where it certainly fits
 * @throws ProblemError MEMORY_HELD where the kernel would kill it
 */
export async function requireShrinkable(
  access: HostAccess,
  tenant: NamedTenant,
  container: ContainerFacts & { readonly port: number },
  memoryMb: number,
): Promise<string> {
  const usedMb = await observeUse(access, tenant.id)
  if (usedMb === null) return ''
  const { total_malloced: malloced } = await askStats(access.link, container.port, 'slabs')
  const foreseen = foreseeShrink({
    ...{ usedMb, memoryMb, pagesMb: Number(malloced ?? 0) / megabyte },
    givesBack: container.givesBack,
  })
  switch (foreseen) {
    case 'fits':
      return ''
    case 'unclear':
      return `The container of ${tenant.name} uses ${Math.round(usedMb)} MB and was made by an earlier Memharbor: its memcached may keep what it frees. Then it stays as large as it is, and what does not fit in ${memoryMb} MB is dropped all the same.`
    case 'is killed':
      return failHeld(access, tenant, usedMb, memoryMb, false)
  }
}

/** Pages are given back one after the other, and processors count them in batches. */
const [looks, lookPauseMs] = [3, 500]

/**
 * Looks again whether a container fits into the limit of a smaller cache, once its cache is that small.
 * @throws ProblemError MEMORY_HELD
 */
export async function requireRoom(access: HostAccess, tenant: NamedTenant, memoryMb: number): Promise<void> {
  for (let look = 1; ; look += 1) {
    const usedMb = await observeUse(access, tenant.id)
    if (usedMb === null || usedMb <= containerLimitMb(memoryMb)) return
    if (look === looks) failHeld(access, tenant, usedMb, memoryMb, true)
    await pause(lookPauseMs)
  }
}

function failHeld(
  { host }: HostAccess,
  { name }: NamedTenant,
  usedMb: number,
  memoryMb: number,
  isDropped: boolean,
): never {
  const details = {
    ...{ tenant: name, host: host.name, usedMb, memoryMb, limitMb: containerLimitMb(memoryMb) },
    isDropped,
  }
  return fail({ code: 'MEMORY_HELD', details })
}

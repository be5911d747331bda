import type { Tenant } from '../../contract/tenant.ts'
import {
  healthMarks,
  isAlarming,
  type TenantHealth,
  tenantHealthSchema,
} from '../../contract/tenant-health.ts'
import { listMarks } from '../../contract/tenant-marks.ts'

/** `No answer`: a health in a few words. */
export const renderHealth = (health: TenantHealth): string => capitalize(healthMarks[health])

/** `Listener gone, no limits`: what is wrong with a tenant beside its state; empty when nothing is. */
export const renderMark = (tenant: Tenant): string => capitalize(listMarks(tenant).join(', '))

/** `2 no answer`, `3 connection limit`: how many have each health of those that are wanted, the worst first. */
export function countHealth(
  tenants: readonly Pick<Tenant, 'health'>[],
  isWanted: (health: TenantHealth) => boolean,
): string[] {
  const counts = new Map<TenantHealth, number>()
  for (const { health } of tenants) counts.set(health, (counts.get(health) ?? 0) + 1)
  return tenantHealthSchema.options.filter(isWanted).flatMap((health) => {
    const count = counts.get(health) ?? 0
    return count === 0 ? [] : [`${count.toLocaleString('en')} ${healthMarks[health]}`]
  })
}

/** Whether its mark is no alarm. */
export const isMild = ({ faults, health }: Tenant): boolean => faults.length === 0 && !isAlarming(health)

const capitalize = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

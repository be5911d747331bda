import type { TenantHealth } from '../../contract/tenant-health.ts'

/** A health, and in sentences what it means where no fault says it; empty where nothing is to be said. */
export interface ToldHealth {
  readonly health: TenantHealth
  readonly sentence: string
}

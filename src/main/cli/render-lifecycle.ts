import { describeExit } from '../../contract/describe-exit.ts'
import type { Tenant, TenantLog } from '../../contract/tenant.ts'

/** A resize with its proof in numbers. */
export function renderResize(resized: {
  tenant: Tenant
  itemsBefore: number | null
  itemsAfter: number | null
}): string {
  const { tenant, itemsBefore, itemsAfter } = resized
  const items =
    itemsBefore === null || itemsAfter === null ? '' : ` Items before: ${itemsBefore}, after: ${itemsAfter}.`
  return `${tenant.name} on ${tenant.host} has ${tenant.memoryMb} MB now.${items}`
}

/** The log, with the last end in front of it. */
export function renderLog(log: TenantLog): string {
  const ended = describeExit(log, (at) => at)
  return [
    log.lastExit === null ? `It has not ended since it was made. ${ended}`.trim() : ended,
    log.text.trimEnd(),
  ]
    .filter((line) => line !== '')
    .join('\n')
}

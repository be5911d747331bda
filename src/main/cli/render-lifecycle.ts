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
export function renderLog({ text, restarts, lastExit }: TenantLog): string {
  return [
    describeExit(lastExit),
    restarts > 0 ? `Docker started it again ${restarts} times.` : '',
    text.trimEnd(),
  ]
    .filter((line) => line !== '')
    .join('\n')
}

function describeExit(lastExit: TenantLog['lastExit']): string {
  if (lastExit === null) return 'It has not ended since it was made.'
  const { status, outOfMemory, at, error } = lastExit
  const why = outOfMemory === true ? 'it used more memory than its container may' : describeStatus(status)
  return `It ended last at ${at}: ${why}${error === '' ? '' : ` (${error})`}.`
}

function describeStatus(status: number | null): string {
  if (status === null) return 'how is not known, because Docker has not kept it'
  return status === 137 ? 'status 137, it was killed' : `status ${status}`
}

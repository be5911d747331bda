import type { TenantLog } from '../../../../contract/tenant.ts'
import { renderMoment } from '../../../ui/quantities.ts'

/** How a container ended the last time and how often Docker started it again, in sentences; empty if neither. */
export function describeExit({ lastExit, restarts }: Pick<TenantLog, 'lastExit' | 'restarts'>): string {
  const again =
    restarts === 0
      ? ''
      : `Docker started it again by itself ${restarts === 1 ? 'once' : `${restarts} times`}.`
  if (lastExit === null) return again
  const { status, outOfMemory, at, error } = lastExit
  const why =
    outOfMemory === true
      ? ': it needed more memory than its container has'
      : `${describeStatus(status)}${error === '' ? '' : `: ${error}`}`
  return `It ended last at ${renderMoment(at)}${why}. ${again}`.trim()
}

function describeStatus(status: number | null): string {
  if (status === null) return '; how is not known, because Docker has not kept it'
  return status === 137 ? ' with status 137: it was killed' : ` with status ${status}`
}

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
  const why = outOfMemory
    ? ': it needed more memory than its container has'
    : ` with status ${status}${error === '' ? '' : `: ${error}`}`
  return `It ended last at ${renderMoment(at)}${why}. ${again}`.trim()
}

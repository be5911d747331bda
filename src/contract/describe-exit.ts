import type { TenantLog } from './tenant.ts'

/**
 * How a container ended the last time and how often Docker started it again, in sentences; empty if neither.
 * @param renderAt writes the moment of the end, which is ISO 8601, for who reads it
 */
export function describeExit(
  { lastExit, restarts }: Pick<TenantLog, 'lastExit' | 'restarts'>,
  renderAt: (at: string) => string,
): string {
  const times = restarts === 1 ? 'once' : `${restarts} times`
  const again = restarts === 0 ? '' : `Docker started it again by itself ${times}.`
  if (lastExit === null) return again
  const { at, error } = lastExit
  const reason = error === '' ? '' : ` (${error})`
  return `It ended last at ${renderAt(at)}: ${describeWhy(lastExit)}${reason}. ${again}`.trim()
}

function describeWhy({ status, outOfMemory, withDocker }: NonNullable<TenantLog['lastExit']>): string {
  if (withDocker) return 'it ended with its Docker, which was started again'
  if (outOfMemory === true) return 'it needed more memory than its container has'
  if (status === null) return 'how is not known, because Docker has not kept it'
  return status === 137 ? 'status 137, it was killed' : `status ${status}`
}

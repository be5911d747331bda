import type { Tenant } from '../../contract/tenant.ts'
import { renderCount } from './quantities.ts'

/** What a container of an earlier version lacks of what its tenant was given; empty where that is whole. */
export function describeUsable({ maxConnections, usableConnections }: Tenant): string {
  if (usableConnections >= maxConnections) return ''
  const some = `${renderCount(usableConnections)} of the ${renderCount(maxConnections)}`
  return `Clients can hold ${some}: memcached keeps the others for itself, until its container is made anew, as an upgrade does.`
}

import type { Tenant } from '../../contract/tenant.ts'
import { renderCount } from './quantities.ts'

/** The connections that a container of an earlier version lacks of those its tenant was given; empty where it has all. */
export function describeUsable({ maxConnections, usableConnections }: Tenant): string {
  if (usableConnections >= maxConnections) return ''
  const some = `${renderCount(usableConnections)} of the ${renderCount(maxConnections)}`
  return `Clients can hold ${some}: memcached keeps the others for itself, until its container is made anew, as an upgrade does.`
}

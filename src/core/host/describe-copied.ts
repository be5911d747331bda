import type { CheckLine } from '../../contract/host.ts'
import { line } from '../../domain/check-line.ts'
import { containerName } from '../../domain/host-names.ts'
import { listNames } from '../sentence/list-names.ts'
import { renderPart } from '../tenant/carrier.ts'
import { carriersSubject } from './describe-carriers.ts'

/** In the command that removes them, at most. */
const mostInCommand = 10

/** A tenant that this panel has on another host, and whose container is on this one. */
export interface CopiedTenant {
  readonly id: string
  readonly name: string
  /** The name of its own host. */
  readonly home: string
}

/** Containers that a server has as a copy of another one: no record there knows them, so nobody gets in to them. */
export function describeCopied(host: string, copied: readonly CopiedTenant[]): CheckLine[] {
  if (copied.length === 0) return []
  const which = copied.map(({ id, name, home }) => `${containerName(id)} (${name} is on ${home})`)
  const sentence = `Here, too, are containers of tenants of other hosts, as a copied server has them: ${listNames(which)}. Nobody gets in to them, and nothing is done with them from here.`
  const containers = copied.map(({ id }) => containerName(id))
  return [line(carriersSubject, 'note', sentence, removeCopied(host, containers))]
}

/** The advice: no tenant is deleted by it. */
export function removeCopied(host: string, containers: readonly string[]): string {
  const some = containers.slice(0, mostInCommand).map((name) => renderPart(name, 'CONTAINER'))
  return `Where ${host} is not their own server by another name, run \`docker rm -f ${some.join(' ')}\` on it: that removes these copies, and the tenants on their own hosts stay.`
}

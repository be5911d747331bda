import type { ServiceContext } from '../context.ts'

/** Tenants that are told by name, at most. */
const mostNamed = 3

/** Tells the operator what another panel did with tenants of a host. */
export function tellOthers(
  { notices }: Pick<ServiceContext, 'notices'>,
  did: 'deleted' | 'made' | 'changed',
  names: readonly string[],
  host: { readonly name: string },
): void {
  if (names.length === 0) return
  const whom = names.length > mostNamed ? `${names.length.toLocaleString('en')} tenants` : names.join(', ')
  notices.add(`Another panel ${did} ${whom} on ${host.name}.`)
}

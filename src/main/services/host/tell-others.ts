import type { ServiceContext } from '../context.ts'
import type { Adopted } from './adopt-records.ts'

/** Tenants that are told by name, at most. */
const mostNamed = 3

/** Tells the operator what another panel did on a host. */
export function tellAdopted(
  context: Pick<ServiceContext, 'notices'>,
  { added, returned, changed }: Adopted,
  host: { readonly name: string },
): void {
  tellOthers(context, 'made', added, host)
  tellOthers(context, 'put back', returned, host)
  tellOthers(context, 'changed', changed, host)
}

/** The same of one thing that it did with tenants. */
export function tellOthers(
  { notices }: Pick<ServiceContext, 'notices'>,
  did: 'deleted' | 'made' | 'put back' | 'changed',
  names: readonly string[],
  host: { readonly name: string },
): void {
  if (names.length === 0) return
  const whom = names.length > mostNamed ? `${names.length.toLocaleString('en')} tenants` : names.join(', ')
  notices.addOther(`Another panel ${did} ${whom} on ${host.name}.`)
}

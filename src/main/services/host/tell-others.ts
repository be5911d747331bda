import type { ServiceContext } from '../context.ts'
import type { Adopted } from './adopt-records.ts'

/** Tenants that are told by name, at most. */
const mostNamed = 3

/** Tells the operator what another panel did on a host. */
export function tellAdopted(
  context: Pick<ServiceContext, 'notices'>,
  { added, returned, changed, twice }: Adopted,
  host: { readonly name: string },
): void {
  tellOthers(context, 'made', added, host)
  tellOthers(context, 'put back', returned, host)
  tellOthers(context, 'changed', changed, host)
  // Somebody has to do something about it, or two people mean two tenants by one name.
  for (const { name, here } of twice.slice(0, mostNamed))
    context.notices.add(
      `Another panel has made a tenant named ${name} on ${host.name}, and here that is another one's name: here it is called ${here}. Rename one of them, so that everybody means the same by ${name}.`,
    )
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

import { listNames } from '../sentence/list-names.ts'

/** The mark of such a host; null: it is known to be one, and not marked yet. */
type Mark = { readonly accepted?: boolean | undefined } | null

/** Why the state of a host is another one than this panel's; without a full stop. */
export function describeOlder(host: string, mark: Mark): string {
  return mark?.accepted === true
    ? `${host} is another server than before, which was accepted`
    : `${host} was put back to an older state`
}

/** The tenants that such a host has otherwise: a server that was set up anew has none of them. */
export function describeOtherwise(mark: Mark, tenants: readonly string[]): string {
  const how = mark?.accepted === true ? 'It has otherwise, or not at all' : 'It has otherwise'
  return `${how}: ${listNames(tenants)}.`
}

import { listNames } from '../sentence/list-names.ts'

/** A name that several tenants have, or that others may have on hosts that could not be asked. */
interface AmbiguousName {
  readonly name: string
  /** Under the names that they have here; an empty one for what was not taken in. */
  readonly tenants: readonly { readonly name: string; readonly host: string }[]
  readonly unasked: readonly string[]
  /** How many have it that are not named. */
  readonly more?: number | undefined
}

/** Why it is not certain which tenant is meant, and how to say which one is. */
export function describeAmbiguous({ name, tenants, unasked, more = 0 }: AmbiguousName): {
  readonly message: string
  readonly advice: string
} {
  const each = tenants.map((tenant) => `${tenant.name === '' ? 'one' : tenant.name} on ${tenant.host}`)
  const rest = unasked.length === 0 ? '' : `, and ${listNames(unasked)} could not be asked`
  const again = unasked.length === 0 ? '' : ` Or try again when ${listNames(unasked)} can be reached.`
  return {
    message: `It is not certain which tenant is meant by ${name}: there is ${listNames(each, more)}${rest}. Nothing was changed.`,
    advice: `Look at it with \`memharbor tenant show\`, then do it again with the name that it has here, which says its host.${again}`,
  }
}

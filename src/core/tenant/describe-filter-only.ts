import { wholeTenant } from '../plan/plan-closing.ts'
import { listNames } from '../sentence/list-names.ts'

/** So many entries are in a command. */
const mostNamed = 5

/** Access that only the filter has closed, and the advice; `closed` are cidrs, and `*` for the whole tenant. */
export function describeFilterOnly(
  tenant: string,
  closed: readonly string[],
): { readonly sentence: string; readonly advice: string } {
  const isWhole = closed.includes(wholeTenant)
  const cidrs = closed.filter((each) => each !== wholeTenant)
  const what = isWhole ? 'Everybody' : listNames(cidrs)
  const again = isWhole
    ? `memharbor tenant suspend ${tenant}`
    : `memharbor tenant revoke ${tenant} ${cidrs.slice(0, mostNamed).join(' ')}${cidrs.length > mostNamed ? ' …' : ''}`
  return {
    sentence: `${what} is shut out by the filter only: the host could not write its records then, and they let in again from its next boot.`,
    advice: `Run \`${again}\` again when /var/lib/memharbor there can be written. Allowing alone does not let in.`,
  }
}

import { wholeTenant } from '../plan/plan-closing.ts'
import { listNames } from '../sentence/list-names.ts'
import { renderShellName } from './shell-name.ts'

/** Entries in one command, at most. */
const mostNamed = 5

/** Access that only the filter has closed, and the advice; `closed` are cidrs, and `*` for the whole tenant. */
export function describeFilterOnly(
  tenant: string,
  closed: readonly string[],
): { readonly sentence: string; readonly advice: string } {
  const isWhole = closed.includes(wholeTenant)
  const cidrs = closed.filter((each) => each !== wholeTenant)
  const isOne = !isWhole && cidrs.length === 1
  const who = isWhole ? 'Everybody is' : `${listNames(cidrs)} ${isOne ? 'is' : 'are'}`
  const again = isWhole ? 'everybody' : isOne ? 'it' : 'them'
  const named = `${cidrs.slice(0, mostNamed).join(' ')}${cidrs.length > mostNamed ? ' …' : ''}`
  const [verb, command] = isWhole ? ['Suspend it', 'suspend'] : [`Revoke ${again}`, 'revoke']
  return {
    sentence: `${who} shut out by the filter only: the host could not write its records then, so its next boot lets ${again} in again.`,
    advice: `${verb} again as soon as /var/lib/memharbor there can be written: \`memharbor tenant ${command} ${renderShellName(tenant)}${isWhole ? '' : ` ${named}`}\`. Until then allowing does not let in.`,
  }
}

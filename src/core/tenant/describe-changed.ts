import { listNames } from '../sentence/list-names.ts'
import { renderShellName } from './shell-name.ts'

/** A container of a tenant that this program has not made so: what differs, and what mends it. */
export function describeChanged(
  name: string,
  parts: readonly string[],
): { readonly sentence: string; readonly advice: string } {
  return {
    sentence: `Its container is not as Memharbor makes it: ${listNames(parts)} ${parts.length === 1 ? 'differs' : 'differ'}, so a limit or wall of it may be missing.`,
    advice: `\`memharbor tenant upgrade ${renderShellName(name)}\` makes another one in its place, with an empty cache.`,
  }
}

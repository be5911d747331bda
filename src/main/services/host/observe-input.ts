import { describeLeftOut, findShut, type InputVerdict } from '../../../core/host/input.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import { renderForeignText } from '../../adapters/limit.ts'
import type { HostAccess } from './host-pool.ts'

/** An operator who has let clients by wants to see that soon, and an open page looks every few seconds. */
const holdsMs = 30_000
/** A look at all tenants of a host has 5 s. */
const within = { timeoutMs: 2_000 }

/**
 * What the host's own firewall does with strangers, and remembers it for the addresses of tenants; null where that cannot
 * be told, as by an earlier helper.
 */
export async function observeInput({ helper, seen }: HostAccess): Promise<readonly InputVerdict[] | null> {
  const at = performance.now()
  seen.input = { at, verdicts: await ask(helper) }
  return seen.input.verdicts
}

async function ask(helper: HostAccess['helper']): Promise<readonly InputVerdict[] | null> {
  try {
    const { input } = await helper.request<'listeners'>({ op: 'listeners', input: true }, within)
    const clean = (text: string): string => renderForeignText(text)
    return input?.map((each) => ({ ...each, table: clean(each.table), chain: clean(each.chain) })) ?? null
  } catch (error) {
    if (error instanceof ProblemError) return null
    throw error
  }
}

/** The same where it decides on an address, and not asked again for a while. */
export async function ensureInput(access: HostAccess): Promise<void> {
  const { host, seen } = access
  if (host.mode !== 'filtered') return
  if (seen.input !== undefined && performance.now() - seen.input.at < holdsMs) return
  await observeInput(access)
}

/** The part of a tenant that tells which of them its endpoint lacks for that. */
export function tellLeftOut(access: HostAccess): { leftOut?: string } {
  const shut = listShut(access).filter(({ family }) => {
    const { addresses4 = [], addresses6 = [] } = access.seen.addressFacts ?? {}
    return (family === 4 ? addresses4 : addresses6).length > 0
  })
  return shut.length === 0 ? {} : { leftOut: describeLeftOut(access.host.name, shut) }
}

/** Families whose clients it drops, as far as that is known. */
export const listShut = ({ seen }: HostAccess): readonly InputVerdict[] =>
  seen.addressFacts === undefined ? [] : findShut(seen.input?.verdicts ?? null, seen.addressFacts)

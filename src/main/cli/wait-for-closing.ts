import type { Operation } from '../../contract/activity.ts'
import { parseClosing } from '../../core/plan/closing.ts'
import { renderShellName } from '../../core/tenant/shell-name.ts'
import { parseRevocations } from '../../domain/allowlist.ts'
import { type CommandTools, LeftError, untilAborted } from './run-command.ts'

/** A closing as the log of operations names it, and as people do. */
interface Closing {
  readonly tenant: string
  readonly kind: Operation['kind']
  readonly noun: string
  /** The addresses that are taken away, as they were typed; none where it is the whole tenant. */
  readonly cidrs: readonly string[]
}

/** As many as a list can have: others of the tenant may be newer. */
const mostListed = 10_000

/**
 * Waits for access to be taken away, or for Ctrl-C: that ends the command and not the closing, which is kept from when
 * it is saved.
 * @throws LeftError after Ctrl-C, which the operator was told if it is kept; what the closing throws
 */
export async function waitForClosing<T>(
  { client, signal, leave }: Pick<CommandTools, 'client' | 'signal' | 'leave'>,
  { tenant, kind, noun, cidrs }: Closing,
  closing: Promise<T>,
): Promise<T> {
  const first = await Promise.race([closing.then((value) => ({ value })), untilAborted(signal)])
  if (first !== undefined) return first.value
  // Its end has no reader any more.
  closing.catch(() => {})
  // A closing that was asked for before and failed then is tried again under its first entry, which has a problem.
  const listed = await Promise.all(
    (['running', 'failed'] as const).map((outcome) =>
      client.activity.list({ tenant, outcome, limit: mostListed }),
    ),
  )
  const running = listed.flat().filter(({ outcome }) => outcome === 'running')
  // Another revoke of the same tenant can be under way.
  const asked = parseRevocations(cidrs)
  const isKept = running.some((operation) => {
    if (operation.kind !== kind) return false
    const closed = parseClosing(operation)?.cidrs ?? []
    return asked.every((cidr) => closed.includes(cidr))
  })
  const kept = `The ${noun} of ${tenant} is kept and tried again by whatever program runs on this store.`
  leave(isKept ? kept : undefined)
  // A panel that runs on the store has heard of it, and may begin it still.
  const notYet = `The ${noun} of ${tenant} had not begun yet.`
  throw new LeftError(isKept ? kept : `${notYet} See \`memharbor tenant show ${renderShellName(tenant)}\`.`)
}

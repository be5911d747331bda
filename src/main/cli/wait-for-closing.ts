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
 * @throws LeftError after Ctrl-C, when the operator was told what became of it; what the closing throws
 */
export async function waitForClosing<T>(
  { client, signal, leave }: Pick<CommandTools, 'client' | 'signal' | 'leave'>,
  asked: Closing,
  closing: Promise<T>,
): Promise<T> {
  const began = new Date().toISOString()
  const first = await Promise.race([closing.then((value) => ({ value })), untilAborted(signal)])
  if (first !== undefined) return first.value
  // Its end has no reader any more.
  closing.catch(() => {})
  const said = await describeLeft(client, asked, began)
  leave(said)
  throw new LeftError(said)
}

/** A sentence about a closing that nobody waits for any more. */
async function describeLeft(
  client: CommandTools['client'],
  { tenant, kind, noun, cidrs }: Closing,
  began: string,
): Promise<string> {
  // A closing that failed before and is tried again under its first entry is listed among those that failed.
  const outcomes = ['running', 'failed', 'done'] as const
  const listed = await Promise.all(
    outcomes.map((outcome) => client.activity.list({ tenant, outcome, limit: mostListed })),
  )
  // Another revoke of the same tenant can be under way.
  const revoked = parseRevocations(cidrs)
  const found = listed.flat().filter((operation) => {
    const closed = operation.kind === kind ? (parseClosing(operation)?.cidrs ?? []) : null
    return closed !== null && revoked.every((cidr) => closed.includes(cidr))
  })
  if (found.some(({ outcome }) => outcome === 'running'))
    return `The ${noun} of ${tenant} is kept and tried again by whatever program runs on this store.`
  const isDone = ({ outcome, finishedAt }: Operation): boolean =>
    outcome === 'done' && finishedAt !== null && finishedAt >= began
  if (found.some(isDone)) return `The ${noun} of ${tenant} is in force.`
  // A panel that runs on the store has heard of it, and may begin it still.
  return `The ${noun} of ${tenant} had not begun yet. See \`memharbor tenant show ${renderShellName(tenant)}\`.`
}

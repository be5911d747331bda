import { setTimeout as pause } from 'node:timers/promises'
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
  const said = await describeLeft(client, asked, began, closing)
  leave(said)
  throw new LeftError(said)
}

/** A closing is saved after what is asked before it; a look at its tenant takes longest of that. */
const [savedWithinMs, lookEveryMs] = [5_000, 50]

/** A sentence about a closing that nobody waits for any more. It may be about to be saved: that is waited for. */
async function describeLeft(
  client: CommandTools['client'],
  asked: Closing,
  began: string,
  closing: Promise<unknown>,
): Promise<string> {
  const over = new AbortController()
  const end = (): void => over.abort()
  closing.then(end, end)
  const until = performance.now() + savedWithinMs
  for (;;) {
    // The look sees a closing that had ended before it.
    const isOver = over.signal.aborted || performance.now() > until
    const said = await describeKept(client, asked, began)
    if (said !== undefined) return said
    // A panel that runs on the store has heard of it, and may begin it still.
    if (isOver)
      return `The ${asked.noun} of ${asked.tenant} had not begun yet. See \`memharbor tenant show ${renderShellName(asked.tenant)}\`.`
    await pause(lookEveryMs, undefined, { signal: over.signal }).catch(() => {})
  }
}

/** The same from the store; undefined where the closing is not in it yet. */
async function describeKept(
  client: CommandTools['client'],
  { tenant, kind, noun, cidrs }: Closing,
  began: string,
): Promise<string | undefined> {
  // Another revoke of the same tenant can be under way.
  const revoked = parseRevocations(cidrs)
  const isAsked = (closed: readonly string[]): boolean => revoked.every((cidr) => closed.includes(cidr))
  const hosts = await client.host.list()
  const isPending = hosts.some(({ pending }) =>
    pending.some((each) => each.tenant === tenant && `tenant ${each.kind}` === kind && isAsked(each.cidrs)),
  )
  if (isPending)
    return `The ${noun} of ${tenant} is kept and tried again by whatever program runs on this store.`
  const done = await client.activity.list({ tenant, outcome: 'done', limit: mostListed })
  const found = done.filter(
    (operation) => operation.kind === kind && isAsked(parseClosing(operation)?.cidrs ?? []),
  )
  const isDone = ({ finishedAt }: Operation): boolean => finishedAt !== null && finishedAt >= began
  return found.some(isDone) ? `The ${noun} of ${tenant} is in force.` : undefined
}

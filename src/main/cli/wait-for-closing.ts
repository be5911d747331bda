import type { Operation } from '../../contract/activity.ts'
import { parseClosing } from '../../core/plan/closing.ts'
import { parseRevocations } from '../../domain/allowlist.ts'
import type { CommandTools } from './run-command.ts'

/** A closing as the log of operations names it, and as people do. */
interface Closing {
  readonly tenant: string
  readonly kind: Operation['kind']
  readonly noun: string
  /** The addresses that are taken away, as they were typed. */
  readonly cidrs: readonly string[]
}

/**
 * Waits for access to be taken away, or for Ctrl-C: that ends the command and not the closing, which is kept from when
 * it is saved.
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
  const running = await client.activity.list({ tenant, outcome: 'running' })
  // Another revoke of the same tenant can be under way.
  const asked = parseRevocations(cidrs)
  const isKept = running.some((operation) => {
    const closed = operation.kind === kind ? (parseClosing(operation)?.cidrs ?? []) : []
    return asked.every((cidr) => closed.includes(cidr))
  })
  leave(isKept ? `The ${noun} is kept and tried again by whatever program runs on this store.` : undefined)
  throw signal.reason
}

function untilAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    const abort = (): void => resolve(undefined)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}

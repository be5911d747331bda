import type { Problem } from '../../../contract/problem.ts'
import type { ServiceContext } from '../context.ts'
import { noteFailure, type OpenOperation, withSentences } from './operation-log.ts'

/**
 * Keeps why an operation failed whose end recovery has to settle, with its steps as they are now: so it is over for
 * whoever looks, and the reason is not lost. For use while the work is still entered as running. Never fails, because
 * its caller is about to tell of the failure itself.
 */
export async function keepFailure(
  { store, now, running, log }: ServiceContext,
  operation: OpenOperation,
  problem: Problem,
): Promise<void> {
  try {
    const steps = running.find(operation.id)?.steps
    await store.write((db) => noteFailure(db, now(), withSentences(operation, steps), problem, steps))
  } catch (error) {
    log.warn({ err: error, operation: operation.id }, 'why an operation failed could not be kept')
  }
}

import { listOperations, type StoredOperation } from '../../adapters/store/operations.ts'
import type { ServiceContext } from '../context.ts'
import { endOperation } from './operation-log.ts'

/** Why an operation that nobody ended is over. */
export const cutOff = {
  code: 'CANCELLED',
  details: { action: 'the program ended before this was done' },
} as const

/**
 * At the start: ends in the log what an earlier run was doing with a host itself. Preparing is the only such thing that
 * takes longer than one save, and doing it again finishes it. Tenants are recovered with their host.
 */
export async function endCutOff(context: Pick<ServiceContext, 'store' | 'now' | 'notices'>): Promise<void> {
  const { store, now, notices } = context
  const operations = await store.read((db) => listOperations(db, { outcome: 'running' }).filter(isOfHost))
  if (operations.length === 0) return
  await store.write((db) => {
    for (const operation of operations) {
      endOperation(db, now(), operation, { kind: 'failed', problem: cutOff, stepsDone: 0 })
    }
  })
  for (const { kind, hostName } of operations) {
    // What was swept is looked for again before the next change.
    if (kind === 'host sweep') continue
    notices.add(`Not finished: ${kind} of ${hostName}, which was cut off. Do it again to finish it.`)
  }
}

const isOfHost = ({ kind }: StoredOperation): boolean => kind.startsWith('host ')

import { isClosingKind } from '../plan/closing.ts'

/** An operation of the log, as far as it decides where it is kept. */
interface LoggedOperation {
  readonly id: string
  readonly kind: string
  readonly tenantId: string | null
  readonly outcome: 'running' | 'done' | 'failed' | 'undone'
  readonly finishedAt: string | null
}

/**
 * Chooses which of the oldest operations leave the store for the archive. Those stay by which the program decides
 * something, and so does whatever was done to the same tenant later: the store has the newest operations of each tenant,
 * and the archive has those before.
 * @param oldest in the order in which they began
 * @param held tenants of which an operation stayed so far; those of this piece are added
 * @param restingSince when a port is free again that was given up before it; ISO 8601, UTC
 */
export function planArchive<Operation extends LoggedOperation>(
  oldest: readonly Operation[],
  held: Set<string>,
  restingSince: string,
): Operation[] {
  return oldest.filter((operation) => {
    const { tenantId } = operation
    const stays = (tenantId !== null && held.has(tenantId)) || decidesSomething(operation, restingSince)
    if (stays && tenantId !== null) held.add(tenantId)
    return !stays
  })
}

function decidesSomething({ kind, outcome, finishedAt }: LoggedOperation, restingSince: string): boolean {
  switch (outcome) {
    // Recovery settles it.
    case 'running':
      return true
    // Its tenant is not taken in from a host that has something of it all the same.
    case 'undone':
      return kind === 'tenant create'
    // It is carried out on its host when that is added again.
    case 'failed':
      return isClosingKind(kind)
    // Its port is given to nobody else for a while, and a deleted tenant can be put back.
    case 'done':
      return (kind === 'tenant move' || kind === 'tenant delete') && (finishedAt ?? '') >= restingSince
  }
}

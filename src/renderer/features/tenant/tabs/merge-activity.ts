import type { Operation } from '../../../../contract/activity.ts'

/** The list as it was read, with what the live events say of the same operations, the newest first. */
export function mergeActivity(listed: readonly Operation[], live: readonly Operation[]): Operation[] {
  const byId = new Map([...listed, ...live].map((operation) => [operation.id, operation]))
  return [...byId.values()].sort((a, b) => b.startedAt.localeCompare(a.startedAt))
}

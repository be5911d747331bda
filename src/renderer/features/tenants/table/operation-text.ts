import type { Operation } from '../../../../contract/activity.ts'

/** Operations with steps in the row; shorter ones are over before anybody reads a line, and would only flicker. */
const long: ReadonlySet<string> = new Set([
  ...['tenant create', 'tenant delete', 'tenant restart', 'tenant resize'],
  ...['tenant limit', 'tenant move', 'tenant upgrade'],
])

/** The running operation of each tenant, by the tenant's id; the newest where there are several. */
export function indexRunning(operations: readonly Operation[]): ReadonlyMap<string, Operation> {
  const running = new Map<string, Operation>()
  for (const operation of operations) {
    const { outcome, tenantId, kind } = operation
    if (outcome === 'running' && tenantId !== null && long.has(kind) && !running.has(tenantId))
      running.set(tenantId, operation)
  }
  return running
}

/** How far an operation is, and how to say it: `2 of 5: making the container`, `Stopping after 2 of 5: …`. */
export function describeSteps({ steps, stopping }: Pick<Operation, 'steps' | 'stopping'>): {
  readonly share: number
  readonly sentence: string
} {
  const done = steps.filter(({ state }) => state === 'done').length
  const now =
    steps.find(({ state }) => state === 'started') ?? steps.find(({ state }) => state === 'intended')
  const share = steps.length === 0 ? 0 : done / steps.length
  // Steps that had not begun never will, and those of the undoing are not in this list.
  if (stopping && now?.state !== 'started') return { share, sentence: 'Stopping' }
  if (now === undefined) return { share, sentence: steps.length === 0 ? '' : 'finishing' }
  const sentence = now.sentence.replace(/\.$/, '')
  const place = `${Math.min(done + 1, steps.length)} of ${steps.length}: ${sentence}`
  return { share, sentence: stopping ? `Stopping after ${place}` : place }
}

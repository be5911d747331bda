import type { ToldHealth } from './told-health.ts'
import type { Vital } from './vital.ts'

/** The connections that the clients of a cache may hold, and those that its memcached has for them. */
export interface ConnectionLimit {
  readonly maxConnections: number
  /** Fewer where an earlier version made its container, of which memcached keeps some for itself. */
  readonly usableConnections: number
}

/** Whether the clients of a cache hold as many connections as they can; undefined: they do not, or nobody knows. */
export function judgeConnections(vital: Vital | undefined, limit: ConnectionLimit): ToldHealth | undefined {
  if (vital === undefined) return undefined
  const held = vital.kind === 'answered' ? vital.figures.connections : (vital.clients?.held ?? null)
  const isRefused = vital.kind === 'silent' && vital.isRefused
  if (!isRefused && (held ?? 0) < limit.usableConnections) return undefined
  return { health: 'connections-exhausted', sentence: describe(held, limit) }
}

/** @param held null: nobody could count them */
function describe(held: number | null, { maxConnections, usableConnections }: ConnectionLimit): string {
  const isWhole = usableConnections >= maxConnections
  const count = held === null ? '' : `, ${render(held)} of ${isWhole ? '' : 'the '}${render(maxConnections)}`
  const kept = isWhole
    ? ''
    : ' memcached keeps the others for itself, until its container is made anew: the limit, or an upgrade, does so.'
  return `Connection limit reached${count}.${kept}`
}

const render = (count: number): string => count.toLocaleString('en')

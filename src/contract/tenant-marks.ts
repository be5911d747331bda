import type { Tenant } from './tenant.ts'
import { faultMarks } from './tenant-fault.ts'
import { healthMarks, needsCare } from './tenant-health.ts'

/** Marks of a tenant beside its state, each in few words: `listener gone`, `connection limit`. */
export function listMarks({ faults, state, suspended, health, leftover }: Tenant): string[] {
  const words = [
    ...(suspended && state !== 'suspended' ? ['suspended'] : []),
    ...faults.map((fault) => faultMarks[fault]),
  ]
  // Its faults say better what is changed than that it is.
  const isTold = health === 'changed' && faults.length > 0
  // Whose container does not run cannot answer, and what is left of one that was not made has no cache.
  const isOfState =
    leftover !== null || (health === 'unresponsive' && (state === 'stopped' || state === 'failed'))
  return needsCare(health) && !isTold && !isOfState ? [...words, healthMarks[health]] : words
}

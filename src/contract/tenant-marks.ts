import type { Tenant } from './tenant.ts'
import { faultMarks } from './tenant-fault.ts'
import { healthMarks, needsCare } from './tenant-health.ts'

type Marked = Pick<Tenant, 'faults' | 'state' | 'suspended' | 'health' | 'leftover' | 'lastLoss'>

/** Marks of a tenant beside its state, each in few words: `listener gone`, `connection limit`. */
export function listMarks({ faults, state, suspended, health, leftover, lastLoss }: Marked): string[] {
  const words = [
    ...(suspended && state !== 'suspended' ? ['suspended'] : []),
    ...faults.map((fault) => (fault === 'cache-lost' ? markLoss(lastLoss) : faultMarks[fault])),
  ]
  // Its faults say better what is changed than that it is.
  const isTold = health === 'changed' && faults.length > 0
  // Whose container does not run cannot answer, and what is left of one that was not made has no cache.
  const isOfState =
    leftover !== null || (health === 'unresponsive' && (state === 'stopped' || state === 'failed'))
  return needsCare(health) && !isTold && !isOfState ? [...words, healthMarks[health]] : words
}

/** `cache lost, killed, out of memory, 09:16`, in this computer's time: it is of the last day. */
function markLoss(loss: Tenant['lastLoss']): string {
  const lost = faultMarks['cache-lost']
  if (loss === null || loss === undefined) return lost
  return [lost, ...describeEnd(loss), ...renderTime(loss.at)].join(', ')
}

function describeEnd({ status, outOfMemory, withDocker }: NonNullable<Tenant['lastLoss']>): string[] {
  if (withDocker === true) return ['Docker restarted']
  if (outOfMemory === true) return ['killed, out of memory']
  if (status === null) return []
  return [status === 137 ? 'killed' : `ended with status ${status}`]
}

/** None where the host's clock says no time. */
function renderTime(at: string): string[] {
  const time = new Date(at)
  if (Number.isNaN(time.getTime())) return []
  return [[time.getHours(), time.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':')]
}

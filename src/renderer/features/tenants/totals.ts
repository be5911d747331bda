import type { Tenant, TenantState } from '../../../contract/tenant.ts'
import { isAlarming } from '../../../contract/tenant-health.ts'
import { countHealth } from '../../ui/health.ts'
import { isPending } from '../../ui/pending.ts'
import { renderMegabytes } from '../../ui/quantities.ts'

/** The totals of the tenants shown, in pieces of a line. */
export interface Totals {
  /** `9,871 running`, the states that there are. */
  readonly states: readonly string[]
  /** `3 open to anyone`; empty when none is. */
  readonly anyone: string
  /** `2 pending`: access taken away and not closed for certain; empty when there is none. */
  readonly pending: string
  /** `2 no answer`, `3 connection limit`: what should be seen to, the worst first. */
  readonly alarms: readonly string[]
  /** `3 memory full`, `9 health unknown`: whose health is no alarm and not ok either. */
  readonly others: readonly string[]
  /** `625 GB of memory given`; empty without tenants. */
  readonly memory: string
}

const order: readonly TenantState[] = [
  ...(['running', 'suspended', 'creating', 'deleting', 'stopped', 'failed', 'unknown'] as const),
]

const count = (value: number): string => value.toLocaleString('en')

/** Counts the tenants that are shown. */
export function countTotals(tenants: readonly Tenant[]): Totals {
  const byState = new Map<TenantState, number>()
  let anyone = 0
  let megabytes = 0
  let pending = 0
  for (const tenant of tenants) {
    const { state, openToAnyone, memoryMb } = tenant
    if (isPending(tenant)) pending += 1
    byState.set(state, (byState.get(state) ?? 0) + 1)
    if (openToAnyone) anyone += 1
    megabytes += memoryMb
  }
  return {
    states: order.flatMap((state) => {
      const many = byState.get(state) ?? 0
      return many === 0 ? [] : [`${count(many)} ${state}`]
    }),
    anyone: anyone === 0 ? '' : `${count(anyone)} open to anyone`,
    pending: pending === 0 ? '' : `${count(pending)} pending`,
    alarms: countHealth(tenants, isAlarming),
    others: countHealth(tenants, (health) => health !== 'ok' && !isAlarming(health)),
    memory: megabytes === 0 ? '' : `${renderMegabytes(megabytes)} of memory given`,
  }
}

/** `3 selected`, `12 selected, 3 not shown`: those that the search hides. */
export function describeSelection(selected: number, hidden: number): string {
  return `${count(selected)} selected${hidden === 0 ? '' : `, ${count(hidden)} not shown`}`
}

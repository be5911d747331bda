import type { Tenant } from '../../../contract/tenant.ts'
import type { KnownFigures } from '../../rpc/figures-store.ts'

/** A cache that does not run has no figures; one that is suspended runs on behind its filter. */
export function mayHaveFigures({ state }: Pick<Tenant, 'state'>): boolean {
  return state === 'running' || state === 'suspended'
}

/**
 * The base of an order by figures as long as not all are observed: `sorted by what is known: 1,200 of 10,000`. The
 * others come last, wherever they belong. Empty when all are known; a tenant that does not answer counts as known.
 */
export function describeOrder(
  tenants: readonly Pick<Tenant, 'id' | 'state'>[],
  figuresOf: (id: string) => KnownFigures,
): string {
  const asked = tenants.filter(mayHaveFigures)
  const known = asked.filter(({ id }) => figuresOf(id) !== undefined).length
  if (known === asked.length) return ''
  return `sorted by what is known: ${known.toLocaleString('en')} of ${asked.length.toLocaleString('en')}`
}

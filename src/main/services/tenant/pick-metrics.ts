import type { AnsweredTenant } from '../../../contract/tenant.ts'
import type { ServiceContext } from '../context.ts'

/**
 * The last figures of a tenant's cache, if it gave them since then; else null.
 * @param askedAt ISO 8601, UTC
 */
export function pickMetrics(
  { vitals }: ServiceContext,
  tenantId: string,
  askedAt: string,
): AnsweredTenant['metrics'] {
  const vital = vitals.get(tenantId)
  if (vital?.kind !== 'answered' || vital.figures.observedAt < askedAt) return null
  const { id: _id, ...metrics } = vital.figures
  return metrics
}

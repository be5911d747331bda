import { describeTenantStep, type TenantPlan } from '../../../domain/tenant-plan.ts'

/** The steps of a plan as the audit log keeps them. */
export function describePlan(
  plan: TenantPlan,
  name: string,
  host: string,
): { kind: string; sentence: string }[] {
  return plan.flat().map((step) => ({ kind: step.kind, sentence: describeTenantStep(step, name, host) }))
}

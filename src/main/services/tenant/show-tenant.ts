import type { Example, ListedTenant } from '../../../contract/tenant.ts'
import { renderExamples } from '../../../domain/examples.ts'
import { renderHandOver } from '../../../domain/hand-over.ts'
import { fail } from '../../../domain/problem-error.ts'
import type { Upgrade } from '../../../domain/upgrade.ts'
import type { ServiceContext } from '../context.ts'
import { requireTenant, type TenantRef } from './find-tenant.ts'
import { observeUpgrade } from './observe-upgrade.ts'
import { viewListed } from './view-listed.ts'
import type { ViewOptions } from './view-tenants.ts'

interface ShownTenant extends ListedTenant {
  examples: Example[]
  handOver: { markdown: string; plain: string }
  upgrade: Upgrade
}

/** One tenant as it is now, with what its programs need to connect. */
export async function showTenant(
  context: ServiceContext,
  input: ViewOptions & TenantRef,
): Promise<ShownTenant> {
  const { tenant, host } = await context.store.read((db) => requireTenant(db, input))
  const [view] = await viewListed(context, host, { ...input, only: tenant.id })
  // Another panel has deleted it, which the look has shown.
  if (view === undefined) return fail({ code: 'NOT_FOUND', details: { noun: 'tenant', name: input.name } })
  const [address] = view.addresses
  const examples = address === undefined || view.port === null ? [] : renderExamples(address, view.port)
  const handOver =
    view.port === null ? { markdown: '', plain: '' } : renderHandOver({ ...view, port: view.port }, examples)
  const upgrade =
    view.state === 'unknown'
      ? { available: false, sentence: '' }
      : await observeUpgrade(context.hosts.access(host), tenant.id)
  return { ...view, examples, handOver, upgrade }
}

import type { AllowPreview } from '../../../contract/tenant.ts'
import { previewAllow } from '../../../domain/allow-preview.ts'
import type { ServiceContext } from '../context.ts'
import { requireTenant } from './find-tenant.ts'

/**
 * What a pasted text would mean for a tenant's allowlist, or for that of a tenant who is still to be made. Nothing is
 * changed, and no host is asked.
 * @throws ProblemError NOT_FOUND
 */
export async function previewAllowText(
  { store }: Pick<ServiceContext, 'store'>,
  { name, text }: { name?: string | undefined; text: string },
): Promise<AllowPreview> {
  const list = name === undefined ? [] : await store.read((db) => requireTenant(db, { name }).tenant.allow)
  return previewAllow(text, list)
}

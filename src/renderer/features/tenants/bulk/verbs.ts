import { type AllowInput, mostAllowEntries, type WidthConfirmed } from '../../../../contract/allowlist.ts'
import type { Client } from '../../../../contract/router.ts'
import type { Tenant } from '../../../../contract/tenant.ts'
import type { VerbWords } from './bulk-state.ts'

/** The same addresses for each. A tenant whose list gets wider by them than is confirmed stays as it is. */
export interface AllowVerb {
  readonly kind: 'allow'
  readonly entries: readonly AllowInput[]
  readonly confirmed?: WidthConfirmed
}

/** Something that can be done with one tenant or many. */
export type Verb =
  | { readonly kind: 'suspend' | 'resume' | 'restart' | 'delete' }
  | AllowVerb
  | { readonly kind: 'revoke'; readonly cidrs: readonly string[] }
  | { readonly kind: 'tag'; readonly tags: readonly string[] }

export type VerbKind = Verb['kind']

export const verbWords: Readonly<Record<VerbKind, VerbWords>> = {
  suspend: { doing: 'Suspending', did: 'suspended' },
  resume: { doing: 'Resuming', did: 'resumed' },
  restart: { doing: 'Restarting', did: 'restarted' },
  delete: { doing: 'Deleting', did: 'deleted' },
  allow: { doing: 'Allowing addresses', did: 'changed' },
  revoke: { doing: 'Revoking addresses', did: 'changed' },
  tag: { doing: 'Tagging', did: 'tagged' },
}

/** Tenants that are suspended at one press: few enough to be seen before. */
const mostUnasked = 20

/** Whether suspending is asked first, which takes access away from all of them. */
export function asksToSuspend(tenants: readonly Tenant[]): boolean {
  return listFitting({ kind: 'suspend' }, tenants).length > mostUnasked
}

/** The tenants that a verb has a use for. */
export function listFitting(verb: Verb, tenants: readonly Tenant[]): readonly Tenant[] {
  return tenants.filter((tenant) => whyNot(verb, tenant) === '')
}

/** Why a verb has no use with a tenant as it is, for the end of a sentence; empty when it has one. */
export function whyNot(verb: Verb, tenant: Tenant): string {
  if (tenant.leftover !== null) return 'what is left of it goes by itself when its host answers'
  if (tenant.state === 'creating') return 'it is being created'
  if (tenant.state === 'deleting' && verb.kind !== 'delete') return 'it is being deleted'
  switch (verb.kind) {
    case 'suspend':
      return tenant.suspended ? 'it is suspended already' : ''
    case 'resume':
      return tenant.state === 'running' ? 'it is not suspended' : ''
    case 'restart':
    case 'delete':
      return ''
    case 'allow':
      return fitsAllowlist(verb.entries, tenant)
        ? ''
        : `it would have more than ${mostAllowEntries.toLocaleString('en')} allowed addresses`
    case 'revoke':
      return cidrsToRevoke(verb.cidrs, tenant).length === 0 ? 'none of the addresses is on its list' : ''
    case 'tag':
      return verb.tags.every((tag) => tenant.tags.includes(tag)) ? 'it has the tags already' : ''
  }
}

/** Whether a tenant's list stays short enough with the entries on it. `anyone` becomes two of them. */
export function fitsAllowlist(entries: readonly AllowInput[], { allow }: Pick<Tenant, 'allow'>): boolean {
  // This bound is enough for nearly all tenants, and saves the comparison.
  if (allow.length + 2 * entries.length <= mostAllowEntries) return true
  const added = entries.flatMap(({ cidr }) => (cidr === 'anyone' ? ['0.0.0.0/0', '::/0'] : [cidr]))
  return new Set([...allow.map(({ cidr }) => cidr), ...added]).size <= mostAllowEntries
}

function cidrsToRevoke(cidrs: readonly string[], { allow }: Tenant): string[] {
  return allow.map(({ cidr }) => cidr).filter((cidr) => cidrs.includes(cidr))
}

/**
 * Does it with one tenant. What loses data has been confirmed before.
 * @returns the tenant as it is then, where the panel answers with it
 */
export async function carryOut(client: Client, verb: Verb, tenant: Tenant): Promise<Tenant | undefined> {
  const { id, name } = tenant
  switch (verb.kind) {
    case 'suspend':
      return client.tenant.suspend({ id, name })
    case 'resume':
      return client.tenant.resume({ id, name })
    case 'restart':
      return readToEnd(await client.tenant.restart({ id, name, confirmed: true }))
    case 'delete':
      return readToEnd(await client.tenant.delete({ id, name, confirmed: true }))
    case 'allow':
      await client.tenant.allow({ id, name, entries: [...verb.entries], confirmed: verb.confirmed })
      return undefined
    case 'revoke':
      await client.tenant.revoke({ id, name, cidrs: cidrsToRevoke(verb.cidrs, tenant) })
      return undefined
    case 'tag':
      await client.tenant.annotate({ id, name, tags: [...new Set([...tenant.tags, ...verb.tags])] })
      return undefined
  }
}

async function readToEnd(steps: AsyncIterable<unknown>): Promise<undefined> {
  // Each row shows the steps of its running operation, which live state tells anyway.
  for await (const _ of steps);
  return undefined
}

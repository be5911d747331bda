import type { Host } from '../../contract/host.ts'
import type { Tenant } from '../../contract/tenant.ts'
import { listSome } from './list-some.ts'

/** Whether access that was taken away is not closed for certain. While it is being closed for the first time it is not. */
export function isPending({ pending }: Tenant): boolean {
  return pending.some(({ why }) => why !== '')
}

/**
 * `Not in force yet: 203.0.113.7/32 is revoked, since 09:16.`; empty when all is in force.
 * @param isReplaced its host is another server than before, on which nothing is tried
 */
export function describePending(
  { pending, host }: Tenant,
  renderTime: (iso: string) => string,
  isReplaced = false,
): string {
  const open = pending.filter(({ why }) => why !== '')
  const parts = open.map((closing) => {
    return `${describeClosing(closing, 'it')}, asked for at ${renderTime(closing.since)}`
  })
  if (parts.length === 0) return ''
  return `${describeStanding(host, open)}: ${parts.join('; ')}. ${describeNext(host, isReplaced)}`
}

/**
 * The same of all tenants of a host: `Not in force yet: revoking 203.0.113.7/32 of acme, suspending beta.`; empty when all
 * is in force there.
 */
export function describePendingOf({ name, server }: Host, tenants: readonly Tenant[]): string {
  const open = tenants
    .filter(({ host }) => host === name)
    .flatMap((tenant) =>
      tenant.pending.filter(({ why }) => why !== '').map((closing) => ({ ...closing, tenant })),
    )
  if (open.length === 0) return ''
  const parts = open.map((closing) =>
    closing.kind === 'revoke'
      ? `${describeClosing(closing, '')} of ${closing.tenant.name}`
      : describeClosing(closing, closing.tenant.name),
  )
  const next = describeNext(name, server?.kind === 'replaced')
  return `${describeStanding(name, open)}: ${listSome(parts)}. ${next}`
}

/**
 * Access that is being taken away now, before its host has answered: `203.0.113.7/32 is being revoked. It is being suspended.`;
 * empty where there is none. A tenant that is being deleted says so by its state.
 */
export function describeUnderWay(tenant: Tenant): string {
  const cidrs = listBeingRevoked(tenant)
  const isSuspending = tenant.pending.some(({ kind, why }) => kind === 'suspend' && why === '')
  const revoking = `${listSome(cidrs)} ${cidrs.length === 1 ? 'is' : 'are'} being revoked.`
  return [cidrs.length > 0 && revoking, isSuspending && 'It is being suspended.'].filter(Boolean).join(' ')
}

type Closing = Tenant['pending'][number]

const describeClosing = ({ kind, cidrs }: Closing, subject: string): string =>
  ({
    revoke: `revoking ${listSome(cidrs)}`,
    suspend: `suspending ${subject}`,
    delete: `deleting ${subject}`,
  })[kind]

const describeStanding = (host: string, open: readonly Closing[]): string =>
  open.every(({ closed }) => closed) ? `Closed, but not kept on ${host} yet` : 'Not in force yet'

const describeNext = (host: string, isReplaced: boolean): string =>
  isReplaced
    ? `${host} is another server than before, so it waits until that is settled.`
    : `It is tried again until ${host} has confirmed it.`

/** Entries that are being revoked now. */
export function listBeingRevoked({ pending }: Tenant): readonly string[] {
  return pending.filter(({ kind, why }) => kind === 'revoke' && why === '').flatMap(({ cidrs }) => cidrs)
}

/** Entries that were revoked and that may still let somebody in. */
export function listRevoking({ pending }: Tenant): readonly string[] {
  return pending
    .filter(({ kind, why, closed }) => kind === 'revoke' && why !== '' && !closed)
    .flatMap(({ cidrs }) => cidrs)
}

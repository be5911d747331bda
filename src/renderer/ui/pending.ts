import type { Tenant } from '../../contract/tenant.ts'

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
  const parts = open.map(({ kind, cidrs, since }) => {
    const what = {
      revoke: `revoking ${cidrs.join(', ')}`,
      suspend: 'suspending it',
      delete: 'deleting it',
    }[kind]
    return `${what}, asked for at ${renderTime(since)}`
  })
  if (parts.length === 0) return ''
  const so = open.every(({ closed }) => closed) ? `Closed, but not kept on ${host} yet` : 'Not in force yet'
  const next = isReplaced
    ? `${host} is another server than before, so it waits until that is settled.`
    : `It is tried again as soon as ${host} answers.`
  return `${so}: ${parts.join('; ')}. ${next}`
}

/** Entries that were revoked and that may still let somebody in. */
export function listRevoking({ pending }: Tenant): readonly string[] {
  return pending
    .filter(({ kind, why, closed }) => kind === 'revoke' && why !== '' && !closed)
    .flatMap(({ cidrs }) => cidrs)
}

import type { Tenant } from '../../contract/tenant.ts'

/** Access that was taken away and that the host has not confirmed, and why: `revoke 203.0.113.7/32, not in force since …`. */
export function renderPending(
  { kind, since, why, closed }: Tenant['pending'][number],
  cidrs: string,
): string {
  const so = closed ? 'closed and not kept there' : 'not in force'
  const told = `${cidrs === '' ? kind : `${kind} ${cidrs}`}, ${so} since ${since}`
  return why === '' ? told : `${told}: ${why}`
}

import type { Tenant } from '../../contract/tenant.ts'

/** Access that was taken away and that the host has not confirmed, and why: `revoke 203.0.113.7/32, not in force since …`. */
export function renderPending({ kind, since, why }: Tenant['pending'][number], cidrs: string): string {
  const told = `${cidrs === '' ? kind : `${kind} ${cidrs}`}, not in force since ${since}`
  return why === '' ? told : `${told}: ${why}`
}

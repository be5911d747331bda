import { z } from 'zod'

/**
 * How a tenant's cache is, in one word beside its state. `unresponsive`: nothing answers at its port, because its container
 * does not run, or its memcached hangs; `connections-exhausted`: its clients hold as many connections as it may have;
 * `full`: it drops items to make room for others; `restarting`: it ends again and again; `host-away`: its host is not
 * reached; `changed`: it is otherwise than asked for, which its faults or its host's `filterFault` name; `unknown`: nobody
 * could look, or has looked yet. Of several the one that stands first here counts.
 */
export const tenantHealthSchema = z.enum([
  'host-away',
  'restarting',
  'unresponsive',
  'connections-exhausted',
  'changed',
  'full',
  'unknown',
  'ok',
])

export type TenantHealth = z.infer<typeof tenantHealthSchema>

/** In lists, where there is room for two words. */
export const healthMarks: Readonly<Record<TenantHealth, string>> = {
  'host-away': 'host away',
  restarting: 'keeps restarting',
  unresponsive: 'no answer',
  'connections-exhausted': 'connection limit',
  changed: 'changed',
  full: 'memory full',
  unknown: 'health unknown',
  ok: 'ok',
}

/** Whether something is to be said of the cache itself: neither of a host that is away nor before a look. */
export function needsCare(health: TenantHealth): boolean {
  return health !== 'ok' && health !== 'unknown' && health !== 'host-away'
}

/** Whether its customer loses something by it: a full cache drops items and serves on, as caches do. */
export const isAlarming = (health: TenantHealth): boolean => needsCare(health) && health !== 'full'

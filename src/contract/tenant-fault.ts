import { z } from 'zod'

/**
 * A fault of a tenant beside its state. `network`: its container is also joined to a network that the filter does not
 * guard; `renamed`: its container has another name than ours; `copied`: another container carries its label; `changed`: no version makes a container as its own is;
 * `listener`: it runs, and an address of the host does not lead to it;
 * `port-taken`: another program listens on its port while its container is down; `limits`: Docker keeps none of its limits;
 * `cache-limit`: its memcached may use another amount of memory than it was given;
 * `cache-lost`: it ended within the last day without being asked to, and runs again with an empty cache;
 * `filter-only`: access was taken away in the filter, and the host's records could not be written.
 */
export const tenantFaultSchema = z.enum([
  'network',
  'renamed',
  'copied',
  'changed',
  'listener',
  'port-taken',
  'limits',
  'cache-limit',
  'filter-only',
  'cache-lost',
])

export type TenantFault = z.infer<typeof tenantFaultSchema>

/** In lists, where there is room for two words. */
export const faultMarks: Readonly<Record<TenantFault, string>> = {
  network: 'open past the filter',
  renamed: 'renamed',
  copied: 'label copied',
  changed: 'container changed',
  listener: 'listener gone',
  'port-taken': 'port taken',
  limits: 'no limits',
  'cache-limit': 'memory limit changed',
  'filter-only': 'closed in filter only',
  'cache-lost': 'cache lost',
}

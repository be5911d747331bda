import { listNames } from '../sentence/list-names.ts'

/** Entries that a revocation has found in a host's filter alone, against all records. */
export function describeStrays(tenant: string, host: string, strays: readonly string[]): string {
  const [were, are] = strays.length === 1 ? ['was', 'it is'] : ['were', 'they are']
  return `${listNames(strays)} ${were} not on the allowlist of ${tenant}, but the filter of ${host} let ${strays.length === 1 ? 'it' : 'them'} in, as after an older copy of it was put back by another program: ${are} out now.`
}

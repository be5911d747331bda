import { type Closing, describeClosing } from './closing.ts'

/** Access that was taken away on a host that was forgotten before it had confirmed that. */
interface Forgotten {
  readonly closing: Pick<Closing, 'kind' | 'cidrs'>
  readonly tenant: string
}

/** Access that forgetting a host leaves open for good, in words for the question. */
export function describeLeftOpen(host: string, closings: readonly Forgotten[]): string {
  const each = closings.map(({ closing, tenant }) => describeClosing(closing, tenant, 'gerund'))
  return `Not in force on ${host}, and not tried any more once it is forgotten: ${each.join('; ')}.`
}

/** Whether a tenant, as its host has it, still lets in whom the closing was to shut out. */
export function isStillOpen(
  { cidrs }: Forgotten['closing'],
  { open, allow }: { readonly open: boolean; readonly allow: readonly { readonly cidr: string }[] },
): boolean {
  return open && (cidrs === null || cidrs.some((cidr) => allow.some((entry) => entry.cidr === cidr)))
}

/** That a closing was given up and the host, which was added again, still lets in. */
export function describeForgotten(host: string, { closing, tenant }: Forgotten): string {
  const what = describeClosing(closing, tenant, 'gerund')
  return `${host} was forgotten before ${what} was in force. It lets in as before: do it again.`
}

import { seconds } from '../problem/problem-text.ts'

/** The usual reason for which sudo is slow, and its mends. */
export const slowSudoAdvice =
  'Does the own name of the server resolve there? sudo looks it up first: run `time sudo -n -l` there, and if it is slow, add that name to /etc/hosts, or write `Defaults !fqdn` into its sudoers.'

/** The word for those who wait while sudo on a host has not started the helper yet. */
export function describeSlowStart(
  host: string,
  { slowStartMs, startMs }: { readonly slowStartMs: number; readonly startMs: number },
): string {
  return `sudo on ${host} has not started the helper within ${seconds(slowStartMs)} s. It is waited for, up to ${seconds(startMs)} s. ${slowSudoAdvice}`
}

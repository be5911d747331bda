import { seconds } from '../problem/problem-text.ts'

/** The usual reason for which sudo is slow, and its mends. */
export const slowSudoAdvice =
  'Time it there: `time sudo -n /usr/local/sbin/memharbor-host </dev/null`. If it is slow, does the own name of the server resolve there? sudo looks it up first: add that name to /etc/hosts, or write `Defaults !fqdn` into its sudoers.'

/** How long sudo has had by now, and how long it is waited for, in milliseconds. */
interface SlowStart {
  readonly slowStartMs: number
  readonly startMs: number
  /** Where access is to be taken away. */
  readonly urgentStartMs: number
}

/**
 * The word for those who wait while sudo on a host has not started the helper yet: one for all of them, so that nobody
 * reads two.
 */
export function describeSlowStart(host: string, { slowStartMs, startMs, urgentStartMs }: SlowStart): string {
  const wait = `It is waited for, up to ${seconds(startMs)} s, and to take access away up to ${seconds(urgentStartMs)} s.`
  return `sudo on ${host} has not started the helper within ${seconds(slowStartMs)} s. ${wait} ${slowSudoAdvice}`
}

import type { OperatorStanding } from './operator.ts'

/** One who has just lost the right to run the helper on a host, and what else makes root of them there. */
export function describeRemoved(
  host: string,
  { name, standing }: { readonly name: string; readonly standing: OperatorStanding },
): string {
  const removed = `${name} may not run the helper on ${host} any more.`
  // An account that is gone is in no group, and gpasswd fails on it.
  if (standing === 'no-account') return removed
  return `${removed} Who is in the docker group there is root all the same: \`sudo gpasswd -d ${name} docker\` takes that away.`
}

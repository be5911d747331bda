import type { CheckLine } from '../../contract/host.ts'
import { line } from '../../domain/check-line.ts'
import type { HelperFacts } from '../../domain/host-observation.ts'

/** That the disk of the helper's records takes none of them, and the advice. */
export function describeUnwritable(host: string, reason: string): [sentence: string, advice: string] {
  return [
    `/var/lib/memharbor on ${host} cannot be written: ${reason}. Nobody can be let in; taking access away works, but may last only until its next boot.`,
    `Make room on that disk, or mount it writable: \`df -h /var/lib/memharbor\` and \`findmnt -T /var/lib/memharbor\` on ${host} show it.`,
  ]
}

/** The line for such a disk, before somebody meets it by a change that fails. */
export function checkUnwritable(host: string, { unwritable }: Pick<HelperFacts, 'unwritable'>): CheckLine[] {
  return unwritable === null ? [] : [line('System', 'bad', ...describeUnwritable(host, unwritable))]
}

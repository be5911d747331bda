import { renderShellName } from './shell-name.ts'
import type { Vital } from './vital.ts'

const megabyte = 2 ** 20

/**
 * The memory that a cache may use, in MB, where that is not what its tenant was given; undefined: it is, or nobody knows.
 * Any client of a cache may change it, and a container that begins again has what it was made with.
 * @param memoryMb what it was given; another answer was of another time
 */
export function findOtherLimit(vital: Vital | undefined, memoryMb: number): number | undefined {
  if (vital?.kind !== 'answered' || vital.givenMb !== memoryMb) return undefined
  const limitMb = Math.round(vital.figures.limitBytes / megabyte)
  return limitMb === memoryMb ? undefined : limitMb
}

/** The other limit in a sentence, and the command that sets it back. */
export const describeOtherLimit = (name: string, limitMb: number, memoryMb: number): string =>
  `Its memcached may use ${limitMb} MB in place of ${memoryMb}: a client changed that, or it began again as it was before a resize. \`memharbor tenant resize ${renderShellName(name)} --memory ${memoryMb}\` sets it back.`

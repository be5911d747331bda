import { renderShellName } from './shell-name.ts'

interface GivenMemory {
  readonly name: string
  readonly memoryMb: number
}

/**
 * A running container that starts with another size than its tenant has, in a sentence with the mend; empty where it starts
 * as it should, or nobody has looked at it.
 */
export function describeOtherStart(
  { name, memoryMb }: GivenMemory,
  container: { readonly state: string; readonly startsMb?: number | null | undefined } | null,
): string {
  const startsMb = container?.startsMb ?? memoryMb
  if (container?.state !== 'running' || startsMb === memoryMb) return ''
  return `An earlier Memharbor made its container: until it is made anew it starts with ${startsMb} MB, and its host gives it ${memoryMb} within half a minute. \`memharbor tenant restart ${renderShellName(name)}\` makes it anew, with an empty cache.`
}

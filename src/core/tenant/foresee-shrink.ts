import { containerLimitMb } from '../../domain/sizing.ts'

/** A cache that is to be made smaller, in MB. */
export interface ShrinkBasis {
  /** As the kernel charges the whole container, without what it can take back by itself. */
  readonly usedMb: number
  /** In pages of memcached (`total_malloced`). */
  readonly pagesMb: number
  readonly memoryMb: number
  /** Whether its memcached gives back what it frees; see `givesBack`. */
  readonly givesBack: boolean
}

/**
 * Whether a container will fit into the limit of a smaller cache. A kernel with cgroup v2 kills it where it does not, one
 * with v1 refuses the limit. `unclear`: it depends on how much of the freed pages memcached gives back.
 */
export function foreseeShrink({
  usedMb,
  pagesMb,
  memoryMb,
  givesBack,
}: ShrinkBasis): 'fits' | 'unclear' | 'is killed' {
  const limitMb = containerLimitMb(memoryMb)
  const least = usedMb - Math.max(0, pagesMb - memoryMb)
  if (least > limitMb) return 'is killed'
  // It may have freed pages before and take none of them for those that are to come.
  const most = usedMb + Math.max(0, memoryMb - pagesMb)
  return givesBack || most <= limitMb ? 'fits' : 'unclear'
}

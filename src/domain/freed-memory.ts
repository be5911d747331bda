/**
 * glibc's malloc gives every block above this size a map of its own, which goes back to the system when it is freed. Unset,
 * it raises the bound above a page of memcached with the first page that is freed, takes later pages out of its arenas and
 * keeps what is freed there: a cache of 16 MB had 217 MB after the second shrink (measured, 23 MB with the bound).
 */
export const mapVariable = 'MALLOC_MMAP_THRESHOLD_=524288'

/** A process has 65,530 maps at most (`vm.max_map_count`), and memcached takes one for each MB. */
const mostMappedMb = 48_000

/** The first way of making containers that has the variable; see `containerSchema`. */
const firstGivingBack = 3

/**
 * Whether a container has the variable: by how it was made, and by the cache that it was made for.
 * @param commandMemoryMb `-m` of its command line
 */
export const givesBack = (schema: number, commandMemoryMb: number): boolean =>
  schema >= firstGivingBack && commandMemoryMb <= mostMappedMb

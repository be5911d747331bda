/** A way to make and run the containers of tenants. */
export interface Way {
  readonly name: string
  /** Further words of memcached's command line. */
  readonly words: readonly string[]
  /** Further options of Docker's `HostConfig`. */
  readonly options: Readonly<Record<string, number | string>>
  /** How long a turn on a processor is asked for, in nanoseconds; null: as long as the kernel's own. */
  readonly turn: number | null
}

const now: Way = { name: 'now', words: [], options: {}, turn: null }

/** The ways that were tried, the present one first. `cores`: of the machine. */
export const listWays = (cores: number): readonly Way[] => [
  now,
  { ...now, name: '1 thread', words: ['-t', '1'] },
  {
    ...now,
    name: 'a quota of 0.95 of all processors, each 10 ms',
    options: { CpuPeriod: 10_000, CpuQuota: 9_500 * cores },
  },
  { ...now, name: 'turns of 0.1 ms', turn: 100_000 },
]

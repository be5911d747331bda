/** The fate of the data in a cache. Every button and command names it before it is used. */
export type DataSurvival = 'kept' | 'lost' | 'some'

/** For each thing that can be done with a tenant. `some`: what does not fit any more is dropped, oldest first. */
export const dataSurvival = {
  suspend: 'kept',
  resume: 'kept',
  rename: 'kept',
  annotate: 'kept',
  allow: 'kept',
  revoke: 'kept',
  disconnect: 'kept',
  grow: 'kept',
  shrink: 'some',
  restart: 'lost',
  flush: 'lost',
  upgrade: 'lost',
  limit: 'lost',
  move: 'lost',
  delete: 'lost',
} as const satisfies Record<string, DataSurvival>

/** The same as a sentence. */
export const dataSurvivalSentences = {
  kept: 'The data in the cache is kept.',
  some: 'The cache gets smaller: what does not fit any more is dropped, the rest is kept.',
  lost: 'Everything in the cache is lost.',
} as const satisfies Record<DataSurvival, string>

import type { SeenEnd } from './judge-end.ts'

/** `was killed, because its memory was used up`, for a sentence about memcached or its container. */
export function describeHow({ status, outOfMemory }: Pick<SeenEnd, 'status' | 'outOfMemory'>): string {
  if (status === null) return 'ended; how is not known, because Docker has not kept it'
  if (outOfMemory === true) return 'was killed, because its memory was used up'
  return status === 137 ? 'was killed' : `ended with status ${status}`
}

/** An end that nobody asked for, of a tenant that runs again. */
export const describeLoss = (end: SeenEnd): string =>
  `memcached ${end.dockerBegan === null ? describeHow(end) : 'ended with its Docker, which was started again'} (${end.at}). It runs again, and what was in the cache then is lost.`

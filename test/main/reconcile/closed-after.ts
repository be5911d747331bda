import type { MemcacheTalk } from '../../hosts/memcache-talk.ts'

/** A closing that waits for nothing but the filter takes well under a second; one that waited for Docker took 10. */
export const soonMs = 4_000

/**
 * When a client that asks again and again is not answered any more, in milliseconds from the call; after 15 s it is not
 * asked again.
 * @param ask one question, given up after so many milliseconds
 */
export const closedAfter = async (
  work: Promise<unknown>,
  ask: (timeoutMs: number) => Promise<MemcacheTalk>,
): Promise<number> => {
  const began = performance.now()
  work.catch(() => {})
  while ((await ask(500)).kind === 'answer') {
    if (performance.now() - began > 15_000) break
  }
  return performance.now() - began
}

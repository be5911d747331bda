import { createHash } from 'node:crypto'
import type { CacheFigures } from './memory-cache.ts'

const megabyte = 2 ** 20

/**
 * Figures that look like those of caches in use: each tenant has its own habits, always the same, and hits grow as time
 * passes.
 */
export function createTraffic() {
  const flushedAt = new Map<string, Date>()
  const flushes = new Map<string, number>()
  const crowds = new Map<string, number>()
  return {
    /** From now on so many connections are open to that cache. */
    crowd: (tenantId: string, connections: number): void => void crowds.set(tenantId, connections),
    flush(tenantId: string): void {
      flushedAt.set(tenantId, new Date())
      flushes.set(tenantId, (flushes.get(tenantId) ?? 0) + 1)
    },
    figures(tenantId: string, memoryMb: number, startedAt: Date): CacheFigures {
      const habits = createHash('sha256').update(tenantId).digest()
      const part = (index: number): number => (habits[index] ?? 0) / 255
      const since = flushedAt.get(tenantId) ?? startedAt
      const uptimeSeconds = Math.max(0, Math.floor((Date.now() - startedAt.getTime()) / 1000))
      const busySeconds = Math.max(0, Math.floor((Date.now() - since.getTime()) / 1000))
      const fill = Math.min(0.98, part(0) ** 0.5 * (busySeconds / (busySeconds + 600)))
      const usedBytes = Math.floor(fill * memoryMb * megabyte)
      const gets = Math.floor(busySeconds * (1 + 400 * part(1) ** 3))
      const hitRatio = 0.55 + 0.449 * part(2) ** 0.4
      return {
        ...{ version: part(3) > 0.15 ? '1.6.45' : '1.6.38', memoryMb, usedBytes, uptimeSeconds },
        items: Math.floor(usedBytes / (200 + 4_000 * part(4))),
        connections: crowds.get(tenantId) ?? Math.floor(120 * part(5) ** 2),
        getHits: Math.floor(gets * hitRatio),
        getMisses: gets - Math.floor(gets * hitRatio),
        evictions: fill > 0.9 ? Math.floor(gets * 0.002) : 0,
        flushes: flushes.get(tenantId) ?? 0,
      }
    },
  }
}

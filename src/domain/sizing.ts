import { maxConnectionsRange, memoryMbRange, type WholeRange } from '../contract/limits.ts'
import { fail } from './problem-error.ts'

/** Memory for a tenant that names none, in MB. */
export const defaultMemoryMb = 64
/** memcached's own default of `-c`. */
export const defaultMaxConnections = 1024

/** @throws ProblemError INVALID_INPUT */
export function parseMemoryMb(given: number): number {
  return parseWhole('memory', given, memoryMbRange, 'MB')
}

/** @throws ProblemError INVALID_INPUT */
export function parseMaxConnections(given: number): number {
  return parseWhole('max-connections', given, maxConnectionsRange, 'connections')
}

function parseWhole(field: string, given: number, { least, most }: WholeRange, unit: string): number {
  if (!Number.isInteger(given) || given < least || given > most) {
    const reason = `it must be a whole number from ${least} to ${most} (${unit})`
    fail({ code: 'INVALID_INPUT', details: { field, given: String(given), reason } })
  }
  return given
}

/**
 * The container's memory limit in MB for a cache of `memoryMb`: m + m/6 + 16, rounded up. A limit equal to `-m` is
 * killed while it fills; this one held under fill with 900 connections (measured with 64 and 256 MB).
 */
export function containerLimitMb(memoryMb: number): number {
  return memoryMb + Math.ceil(memoryMb / 6) + 16
}

/** Memory that stays with the system and Docker: a tenth, at least 256 MB. Never promised to tenants. */
export function reservedMb(totalMb: number): number {
  return Math.max(256, Math.ceil(totalMb / 10))
}

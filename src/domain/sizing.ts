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

/**
 * Descriptors that memcached keeps for itself out of `-c`, with its four threads: 25 in 1.6.18 (`-c 64` answers 39
 * clients at once, `-c 200` 175), 29 in 1.6.38 and 1.6.45 (35 and 171), measured.
 */
const ownOfEarlier = 25
const ownDescriptors = 29
/** Connections for the panel, so that a cache whose clients hold all of theirs can still be asked and resized. */
const panelConnections = 4

/** `-c` of a memcached whose clients shall be able to hold so many connections. */
export const planDescriptors = (maxConnections: number): number =>
  maxConnections + ownDescriptors + panelConnections

/**
 * How many connections clients can hold of a memcached with that `-c`, at most as many as it was given.
 * @param version of memcached; null: not known
 */
export function countUsable(descriptors: number, maxConnections: number, version: string | null): number {
  const own = version !== null && isAtMost(version, lastEarlier) ? ownOfEarlier : ownDescriptors
  return Math.max(0, Math.min(maxConnections, descriptors - own))
}

/** No later version was seen to keep as few. */
const lastEarlier = [1, 6, 18] as const

function isAtMost(version: string, most: readonly number[]): boolean {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10) || 0)
  const differing = most.findIndex((part, at) => parts[at] !== part)
  return differing < 0 || (parts[differing] ?? 0) < (most[differing] ?? 0)
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

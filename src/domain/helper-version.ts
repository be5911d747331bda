import type { BundledHelper } from './host-observation.ts'

/** How the helper on a host stands to the one this panel brings: `altered` is the same version with other content. */
export type HelperStanding = 'same' | 'older' | 'newer' | 'altered'

/** Compares by version first, so that a newer helper is never taken for a damaged one. */
export function compareHelper(
  installed: { version: string; sha256: string },
  bundled: BundledHelper,
): HelperStanding {
  const order = compareVersions(installed.version, bundled.version)
  if (order > 0) return 'newer'
  if (order < 0) return 'older'
  return installed.sha256 === bundled.sha256 ? 'same' : 'altered'
}

/** Whether a helper waits for the one that this panel brings: `older` does. Content is not compared. */
export function judgeHelperVersion(version: string, brings: string): 'current' | 'older' | 'newer' {
  const order = compareVersions(version, brings)
  return order === 0 ? 'current' : order < 0 ? 'older' : 'newer'
}

/** Whether a helper can do what came with `least`. */
export const isAtLeast = (version: string, least: string): boolean => compareVersions(version, least) >= 0

/** Order of two `1.2.3` versions; what is not a number counts as 0. */
function compareVersions(one: string, other: string): number {
  const numbers = (version: string): number[] =>
    version.split('.').map((part) => Number.parseInt(part, 10) || 0)
  const [a, b] = [numbers(one), numbers(other)]
  for (let i = 0; i < 3; i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** The release from which lowering the limit of a running memcached is safe (crash fixes, release notes of 1.6.42). */
const safeShrink = [1, 6, 42] as const

/** Whether a version as memcached says it (`1.6.18`) shrinks without the risk of a crash. What is no version does not. */
export function canShrinkSafely(version: string): boolean {
  const numbers = version.split('.').map((part) => Number.parseInt(part, 10))
  for (const [index, least] of safeShrink.entries()) {
    const number = numbers[index] ?? Number.NaN
    if (Number.isNaN(number)) return false
    if (number !== least) return number > least
  }
  return true
}

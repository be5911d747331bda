/** The release from which lowering the limit of a running memcached is safe (crash fixes, release notes of 1.6.42). */
const safeShrink = [1, 6, 42] as const

/** Whether a version in memcached's form (`1.6.18`) shrinks without the risk of a crash; false for any other text. */
export function canShrinkSafely(version: string): boolean {
  const numbers = version.split('.').map((part) => Number.parseInt(part, 10))
  for (const [index, least] of safeShrink.entries()) {
    const number = numbers[index] ?? Number.NaN
    if (Number.isNaN(number)) return false
    if (number !== least) return number > least
  }
  return true
}

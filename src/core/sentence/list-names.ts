/** Names in one sentence, at most; more are counted. */
const most = 5

/**
 * `acme, beta`; of more than five the first ones: `a, b, c, d, e and 9,995 more`.
 * @param unnamed how many there are beside those
 */
export function listNames(names: readonly string[], unnamed = 0): string {
  const more = Math.max(0, names.length - most) + unnamed
  const some = names.slice(0, most).join(', ')
  return more === 0 ? some : `${some} and ${more.toLocaleString('en')} more`
}

/** Names in one sentence, at most; more are counted. */
const most = 5

/** `acme, beta`; of more than five the first ones: `a, b, c, d, e and 9,995 more`. */
export function listSome(names: readonly string[]): string {
  if (names.length <= most) return names.join(', ')
  return `${names.slice(0, most).join(', ')} and ${(names.length - most).toLocaleString('en')} more`
}

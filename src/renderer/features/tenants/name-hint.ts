/** As the program itself reads names: letters of any script with their marks, digits, `. _ @ + -`, single spaces inside. */
const allowed = /^[\p{L}\p{Nd}._@+-][\p{L}\p{M}\p{Nd}._@+-]*(?: [\p{L}\p{M}\p{Nd}._@+-]+)*$/u
const longest = 64

const fold = (name: string): string =>
  name.normalize('NFC').toLowerCase().toUpperCase().toLowerCase().normalize('NFC')

/** Names as they are told apart, each with how it is written. Made once, because it is asked at every key. */
export function foldNames(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [fold(name), name]))
}

/**
 * The problem of a name for a new tenant, while it is typed; empty when there is none. Only a hint: the program decides
 * when it is asked.
 * @param taken as `foldNames` gives them
 */
export function describeNameProblem(given: string, taken: ReadonlyMap<string, string>): string {
  const name = given.normalize('NFC')
  if (name === '') return ''
  if ([...name].length > longest) return `It is longer than ${longest} characters.`
  if (name.startsWith('-')) return 'It may not start with a hyphen.'
  if (name !== name.trim()) return 'It may not begin or end with a space.'
  if (!allowed.test(name)) return 'Letters, digits, . _ @ + - and single spaces inside are possible.'
  const other = taken.get(fold(name))
  if (other === undefined) return ''
  return other === name ? 'There is a tenant of that name.' : `That is the same name as ${other}.`
}

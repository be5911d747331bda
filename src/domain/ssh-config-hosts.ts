/** One meaningful line of an OpenSSH client configuration: its keyword in lower case, and the words behind it. */
export interface SshConfigLine {
  readonly keyword: string
  readonly words: readonly string[]
}

/**
 * Splits a configuration file into lines as ssh_config(5) says: comments and empty lines are left out, a keyword and its
 * words are divided by blanks or one `=`, and double quotes hold words with blanks together.
 *
 * ```
 * # office
 * Host web web2 *.internal !gate
 *   HostName = 203.0.113.7
 * Include "~/my hosts/*.conf"
 * ```
 */
export function parseSshConfigLines(text: string): SshConfigLine[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, keyword, rest = ''] = /^\s*([A-Za-z]\w*)(?:\s*=\s*|\s+|$)(.*)$/.exec(line) ?? []
    if (keyword === undefined) return []
    const words = [...rest.matchAll(/"([^"]*)"|([^\s"]+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
    const comment = words.findIndex((word) => word.startsWith('#'))
    return [{ keyword: keyword.toLowerCase(), words: comment < 0 ? words : words.slice(0, comment) }]
  })
}

/** Whether a `Host` line applies to a name: one pattern fits and no negated one does. */
export function matchesHostLine(patterns: readonly string[], name: string): boolean {
  const fits = (pattern: string): boolean => matchesPattern(pattern, name)
  return (
    patterns.some((pattern) => !pattern.startsWith('!') && fits(pattern)) &&
    !patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1)))
  )
}

/** A name that stands for one server: no pattern, and nothing that could be read as an option. */
export function isPlainHostName(word: string): boolean {
  return /^[\p{L}\p{N}_][\p{L}\p{N}_.:-]*$/u.test(word) && word.length <= 255
}

/** `*` is any text, `?` one character; case does not count in names of hosts. */
function matchesPattern(pattern: string, name: string): boolean {
  const source = [...pattern.toLowerCase()]
    .map((character) => {
      if (character === '*') return '.*'
      return character === '?' ? '.' : character.replace(/[.+^${}()|[\]\\/]/, '\\$&')
    })
    .join('')
    .replaceAll(/(?:\.\*)+/g, '.*')
  return new RegExp(`^${source}$`, 'su').test(name.toLowerCase())
}

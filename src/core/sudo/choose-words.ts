/**
 * Of what sudo said, the words that say why, for a sentence: what it says of itself, without the warnings about files that
 * come before, else the last line. Only people read it. Samples:
 *
 *     /etc/sudoers.d/site:2:10: unknown setting: 'requiretty'
 *     sudo: account validation failure, is your account locked?
 *     deploy is not in the sudoers file.
 */
export function chooseSudoWords(lines: readonly string[]): string {
  const said = lines.filter((line) => /\p{L}/u.test(line))
  const own = said.filter((line) => /^sudo(?:-rs)?: /.test(line))
  const chosen = own.length > 0 ? own.slice(-2) : said.slice(-1)
  return chosen.map((line) => line.replace(/\.+$/, '')).join('; ') || 'nothing'
}

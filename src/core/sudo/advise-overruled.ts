const ours = 'zz-memharbor'

/**
 * The mend of a rule that comes after the helper's: sudo reads /etc/sudoers from top to bottom, and the files of
 * /etc/sudoers.d by their names where the line `@includedir` stands.
 * @param rule as `sudo -l` shows it
 * @param file undefined where sudo does not name it
 */
export function adviseOverruled({
  host,
  user,
  file,
}: {
  readonly host: string
  readonly user: string
  readonly file?: string | undefined
}): string {
  const end = `Preparing ${host} does not change it.`
  const above = 'above its line `@includedir /etc/sudoers.d`'
  if (file === '/etc/sudoers') return `Move that rule in /etc/sudoers ${above}, with visudo. ${end}`
  const before = `a file of /etc/sudoers.d whose name sorts before ${ours}`
  if (file !== undefined) return `Move that rule into ${before}. ${end}`
  return `Find it there, as \`sudo -ll\` shows it for ${user}: in /etc/sudoers it belongs ${above}, else into ${before}. ${end}`
}

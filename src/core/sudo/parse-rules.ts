/** One entry of a user's sudo rules. */
export interface SudoRule {
  /** The file that it is in; empty where sudo does not say. */
  readonly file: string
  readonly users: readonly string[]
  readonly groups: readonly string[]
  /** Such as `!authenticate`, which is NOPASSWD. */
  readonly options: readonly string[]
  /** In their order, `!` before those that are forbidden. */
  readonly commands: readonly string[]
}

export interface SudoRules {
  readonly user: string
  /** In the order in which sudo takes them: of those that fit, the last counts. */
  readonly rules: readonly SudoRule[]
}

/** More than this of one list is cut off. */
const mostRules = 1_000

/**
 * Reads what `sudo -n -ll` prints with LC_ALL=C, null where it is something else. sudo 1.9.16 names files, 1.9.13 and sudo-rs
 * do not; sudo-rs 0.2.5 leaves the `""` out. Sample of sudo 1.9.16:
 *
 *     Matching Defaults entries for deploy on web1:
 *         env_reset, secure_path=/usr/sbin\:/usr/bin
 *
 *     User deploy may run the following commands on web1:
 *
 *     Sudoers entry: /etc/sudoers.d/zz-memharbor
 *         RunAsUsers: root
 *         Options: !noexec, !authenticate
 *         Commands:
 *     	/usr/local/sbin/memharbor-host ""
 */
export function parseSudoRules(stdout: string): SudoRules | null {
  const lines = stdout.split('\n')
  const start = lines.findIndex((line) => heading.test(line))
  const user = heading.exec(lines[start] ?? '')?.[1]
  if (user === undefined) return null
  const rules: { -readonly [Key in keyof SudoRule]: SudoRule[Key] }[] = []
  for (const line of lines.slice(start + 1)) {
    const begun = entry.exec(line)
    if (begun !== null) {
      if (rules.length === mostRules) break
      rules.push({ file: begun[1] ?? '', users: [], groups: [], options: [], commands: [] })
      continue
    }
    const rule = rules.at(-1)
    if (rule === undefined) continue
    const field = /^ {4}(RunAsUsers|RunAsGroups|Options): (.*)$/.exec(line)
    const values = field?.[2]?.split(', ') ?? []
    if (field?.[1] === 'RunAsUsers') rule.users = values
    else if (field?.[1] === 'RunAsGroups') rule.groups = values
    else if (field?.[1] === 'Options') rule.options = values
    else if (line.startsWith('\t')) rule.commands = [...rule.commands, line.trim()]
  }
  return { user, rules }
}

const heading = /^User (\S+) may run the following commands on \S+:$/
/** Rules of a directory begin with `LDAP Role:` and `SSSD Role:`. */
const entry = /^[A-Z]\w+ (?:entry|[Rr]ole):(?: (.*))?$/

import type { SudoAccess } from './host-observation.ts'

/**
 * The right to become root, by the answer of `sudo -n PROGRAM`. Only sudo's own words about this user are a refusal: a
 * sudo that is missing, lost its setuid bit or wants a terminal says nothing of who may become root. Samples, with
 * LC_ALL=C:
 *
 *     sudo: a password is required
 *     sudo: interactive authentication is required                    (sudo-rs)
 *     deploy is not in the sudoers file.
 *     Sorry, user deploy may not run sudo on web1.
 *     Sorry, user deploy is not allowed to execute '/usr/bin/python3 -IS -c pass' as root on web1.
 *     sudo: I'm sorry deploy. I'm afraid I can't do that              (sudo-rs)
 *     sudo: sorry, you must have a tty to run sudo
 *     sudo: /usr/bin/sudo must be owned by uid 0 and have the setuid bit set
 *
 * A user who may not, and one who needs a password, get the same first answer; the password tells them apart.
 */
export function parseSudoAnswer(status: number | null, stderr: string): SudoAccess {
  if (status === 0) return { kind: 'free' }
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  if (lines.some((line) => wantsPassword.test(line))) return { kind: 'password' }
  if (lines.some((line) => refusal.test(line))) return { kind: 'refused' }
  if (status === 127) return { kind: 'unclear', words: 'sudo: not found' }
  return { kind: 'unclear', words: lines.at(-1)?.replace(/\.+$/, '') ?? 'nothing' }
}

const wantsPassword = /^sudo(?:-rs)?: (?:a password|interactive authentication) is required$/

const refusal =
  /^\S+ is not in the sudoers file\b|^Sorry, user \S+ (?:may not run sudo|is not allowed to execute)\b|^sudo(?:-rs)?: I'm sorry \S+\. I'm afraid I can't do that/

/**
 * The user to whom `sudo -n -l` shows the rule of the helper; null where it does not, or says nothing without a
 * password. It does say it where any rule of the user has NOPASSWD, whichever counts. Sample, with LC_ALL=C:
 *
 *     User deploy may run the following commands on web1:
 *         (root) EXEC: NOPASSWD: /usr/local/sbin/memharbor-host ""
 *         (ALL : ALL) ALL
 */
export function parseHelperRule(stdout: string): string | null {
  const user = /^User (\S+) may run the following commands on \S+:$/m.exec(stdout)?.[1]
  return user !== undefined && helperRule.test(stdout) ? user : null
}

/** sudo and sudo-rs name the tags of a rule in orders of their own. */
const helperRule = /^ +\(\S+\) (?:EXEC: )?NOPASSWD: (?:EXEC: )?\/usr\/local\/sbin\/memharbor-host ""$/m

import type { CheckLine } from '../../contract/host.ts'
import type { UnusableLogin } from '../../contract/unusable-login.ts'
import { line } from '../../domain/check-line.ts'
import { nameStartupFile } from './startup-file.ts'

/** How a login came to a command, and by which shell. */
export interface LoginFacts {
  /** The first line that it printed by itself; empty: none. */
  readonly printed: string
  readonly beginMs: number
  /** The path of the shell, as in /etc/passwd; null: not known. */
  readonly shell: string | null
}

/** A login that takes longer to begin a command makes each command as slow. In milliseconds. */
const slowMs = 2_000

/** Oddities of a login that hinder nothing: text before each answer, and a slow start. */
export function describeLogin({ printed, beginMs, shell }: LoginFacts): CheckLine[] {
  const file = nameStartupFile(shell)
  const lines: CheckLine[] = []
  if (printed !== '') {
    const sentence = `The login prints "${printed}" before each command. It is passed over here; scp and rsync stop at it.`
    lines.push(line('Login', 'note', sentence, `Look into ${file}: it shall print only where somebody sits.`))
  }
  if (beginMs >= slowMs) {
    const sentence = `The login takes ${(beginMs / 1_000).toFixed(1)} s before it begins a command.`
    lines.push(line('Login', 'note', sentence, `Look into ${file}: each command waits for it.`))
  }
  return lines
}

/**
 * Why a login is of no use, and the way out.
 * @param printed the first line that it printed in place of an answer; empty: none
 */
export function describeUnusableLogin(
  host: string,
  user: string,
  kind: UnusableLogin,
  printed: string,
): { readonly sentence: string; readonly advice: string } {
  const who = `The login of ${user} on ${host}`
  const words = printed === '' ? 'It printed nothing.' : `It printed "${printed}".`
  const file = nameStartupFile(null)
  switch (kind) {
    case 'no-shell':
      return {
        sentence: `${who} has no shell that runs commands. ${words}`,
        advice: `Give it one there (\`sudo chsh -s /bin/bash ${user}\`), or log in as another user.`,
      }
    case 'expired':
      return {
        sentence: `The password of ${user} on ${host} has to be changed before anything runs there. ${words}`,
        advice: `Log in there once with ssh and change it.`,
      }
    case 'restricted':
      return {
        sentence: `${who} has a restricted shell, which does not start programs. ${words}`,
        advice: `Give it another one there (\`sudo chsh -s /bin/bash ${user}\`), or log in as another user.`,
      }
    case 'waiting':
      return {
        sentence: `${who} did not come to the command that it was asked for. ${words}`,
        advice: `Look into its startup file there (${file}): it reads input, starts another shell or takes too long. Look for a command that is forced on it, too: command= in ~/.ssh/authorized_keys, ForceCommand in /etc/ssh/sshd_config.`,
      }
    case 'flood':
      return {
        sentence: `${who} prints without an end before the command that it was asked for. ${words}`,
        advice: `Look into its startup file there (${file}), and for a command that is forced on it: command= in ~/.ssh/authorized_keys, ForceCommand in /etc/ssh/sshd_config.`,
      }
    case 'other':
      return {
        sentence: `${who} ended before the command that it was asked for. ${words}`,
        advice: `Look for a command that is forced on it (command= in ~/.ssh/authorized_keys, ForceCommand in /etc/ssh/sshd_config), and for an exit or another program in its startup file (${file}).`,
      }
  }
}

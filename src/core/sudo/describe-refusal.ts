import { slowSudoAdvice } from '../host/describe-slow-start.ts'

/** The way in which sudo did not make somebody root, in words that are fit for a sentence. */
export type SudoRefusal =
  | { readonly kind: 'asks-more'; readonly question: string }
  | { readonly kind: 'refuses'; readonly words: string; readonly hadPassword: boolean }

const afterPassword = 'after the password'

/** The refusal as a clause. */
export function describeRefusal(refusal: SudoRefusal): string {
  switch (refusal.kind) {
    case 'asks-more': {
      const question = refusal.question === '' ? '' : ` ("${refusal.question}")`
      return `it asks for something more than the password${question}, as a one-time code`
    }
    case 'refuses':
      return refusal.hadPassword
        ? `${afterPassword} it answers "${refusal.words}"`
        : `it answers "${refusal.words}"`
  }
}

/**
 * The usual mend, by the words of sudo. They decide nothing else: who reads the sentence has the words too. Samples:
 *
 *     sudo: sorry, you must have a tty to run sudo
 *     sudo: /usr/bin/sudo must be owned by uid 0 and have the setuid bit set
 *     sudo: Account or password is expired, reset your password and try again
 *     sudo: account validation failure, is your account locked?
 *     sudo: PAM error: Authentication token manipulation error                (sudo-rs, of an expired password)
 */
export function adviseRefused(reason: string, user: string): string {
  if (/\bnothing within\b/.test(reason)) return slowSudoAdvice
  if (/\bnot (?:installed|found)\b/.test(reason)) return 'Install sudo there, or log in as root.'
  if (/\btty\b|\bterminal\b/.test(reason))
    return `Write \`Defaults:${user} !requiretty\` into a file of /etc/sudoers.d there, then try again.`
  if (/\bsetuid\b|owned by uid 0/.test(reason))
    return 'Give sudo its rights back there, as root: `chown root:root /usr/bin/sudo && chmod 4755 /usr/bin/sudo`.'
  if (/\bexpired\b|\baccount\b|\bPAM\b|Current password/i.test(reason))
    return `Log in there as ${user} and run \`passwd\` if the password has expired; else see /var/log/auth.log there for what PAM says.`
  if (/one-time code/.test(reason))
    return `Log in as a user whose sudo asks for a password alone, or let ${user} become root without one while the host is prepared.`
  if (reason.startsWith(afterPassword))
    return `Where the password was right, log in as a user who may become root there, or add ${user} to the sudo group; else try again.`
  return `Prepare the host, which gives ${user} a rule for the helper alone; to prepare it, log in as a user who may become root, or add ${user} to the sudo group there.`
}

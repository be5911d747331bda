import { slowSudoAdvice } from '../host/describe-slow-start.ts'
import { adviseOverruled } from '../sudo/advise-overruled.ts'
import { adviseRefused } from '../sudo/describe-refusal.ts'
import { type Sentences, said, seconds } from './problem-text.ts'

/** The sentences for problems of the right to be root on a host. */
export const sudoProblems = {
  SUDO_PASSWORD_NEEDED: (d) =>
    said(
      `sudo on ${d.host} wants the password of ${d.user}.`,
      'Run the command in a terminal, or give --sudo-password-stdin.',
    ),
  SUDO_PASSWORD_WRONG: (d) =>
    said(
      d.words === undefined || d.words === ''
        ? `sudo on ${d.host} did not accept the password of ${d.user}.`
        : `sudo on ${d.host} did not accept the password of ${d.user} ("${d.words}").`,
      'Try again. Where it is certainly right, sudo there may want that of another user (`Defaults rootpw`, `targetpw`).',
    ),
  SUDO_REFUSED: (d) =>
    said(`sudo on ${d.host} does not make ${d.user} root: ${d.reason}.`, adviseRefused(d.reason, d.user)),
  SUDO_OVERRULED: (d) =>
    said(
      `sudo on ${d.host} does not run the helper for ${d.user} ("${d.words}"): its rule is there, but the rule "${d.rule}"${d.file === undefined ? '' : ` in ${d.file}`} comes later and counts.`,
      adviseOverruled(d),
    ),
  SUDO_SILENT: (d) =>
    said(
      `sudo on ${d.host} took longer than ${seconds(d.afterMs)} s to ${d.user === undefined ? 'start the helper' : `make ${d.user} root`}.`,
      slowSudoAdvice,
      true,
    ),
  UID_REUSED: (d) =>
    said(
      `The helper on ${d.host} refuses ${d.user}: the sudo rule for uid ${d.uid} is that of ${d.owner}, who had that uid before.`,
      `If ${d.user} shall be an operator there, run \`memharbor host prepare ${d.host}\` as ${d.user}: it gives a rule of their own, and takes that one away. Else log in as an operator.`,
    ),
} satisfies Partial<Sentences>

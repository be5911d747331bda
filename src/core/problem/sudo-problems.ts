import { slowSudoAdvice } from '../host/describe-slow-start.ts'
import { type Sentences, said, seconds } from './problem-text.ts'

/** The sentences for problems of the right to be root on a host. */
export const sudoProblems = {
  SUDO_PASSWORD_NEEDED: (d) =>
    said(
      `sudo on ${d.host} wants the password of ${d.user}.`,
      'Run the command in a terminal, or give --sudo-password-stdin.',
    ),
  SUDO_PASSWORD_WRONG: (d) =>
    said(`sudo on ${d.host} did not accept the password of ${d.user}.`, 'Try again.'),
  SUDO_REFUSED: (d) =>
    said(
      `On ${d.host} ${d.user} may not become root: ${d.reason}.`,
      `Log in as a user who may, or add ${d.user} to the sudo group there.`,
    ),
  SUDO_OVERRULED: (d) =>
    said(
      `What the helper on ${d.host} has cannot be told: sudo does not run it for ${d.user} ("${d.words}"), although its rule is there. A later sudoers rule overrides it.`,
      `Change that rule on ${d.host}: of all that fit, sudo takes the last that \`sudo -l\` shows there for ${d.user}. It counts no more when its file in /etc/sudoers.d sorts before zz-memharbor. Preparing the host does not change it.`,
    ),
  SUDO_SILENT: (d) =>
    said(
      `sudo on ${d.host} took longer than ${seconds(d.afterMs)} s to start the helper.`,
      slowSudoAdvice,
      true,
    ),
  UID_REUSED: (d) =>
    said(
      `The helper on ${d.host} refuses ${d.user}: the sudo rule for uid ${d.uid} is that of ${d.owner}, who had that uid before.`,
      `If ${d.user} shall be an operator there, run \`memharbor host prepare ${d.host}\` as ${d.user}: it gives a rule of their own, and takes that one away. Else log in as an operator.`,
    ),
} satisfies Partial<Sentences>

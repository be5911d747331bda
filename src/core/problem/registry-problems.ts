import { describeOpenState } from '../host/describe-open-state.ts'
import { describeDoubt } from '../host/describe-server.ts'
import { describeUnwritable } from '../host/describe-unwritable.ts'
import { listNames } from '../sentence/list-names.ts'
import { renderShellName } from '../tenant/shell-name.ts'
import { count, type Sentences, said } from './problem-text.ts'

/** The sentences for problems of what a host remembers of its tenants. */
export const registryProblems = {
  STATE_OPEN: (d) => said(...describeOpenState(d.host, d.path)),
  STATE_UNWRITABLE: (d) => {
    const [sentence, advice] = describeUnwritable(d.host, d.reason)
    return d.isRefused === true
      ? said(`Nothing was changed on ${d.host}. ${sentence}`, `${advice} Then do it again.`, true)
      : said(sentence, advice)
  },
  BACKENDS_MIXED: (d) =>
    said(
      `Nothing was changed on ${d.host}: iptables uses its ${d.used} backend there, and ${count(d.rules, 'rule')} ${d.rules === 1 ? 'is' : 'are'} in ${d.other}, so it is not known which ones count.`,
      `Remove the rules of the one that is not used: \`iptables-${d.other}-save\` shows them as root. Revoke, suspend and delete work meanwhile.`,
    ),
  HELPER_NOT_EXECUTABLE: (d) =>
    said(
      `sudo on ${d.host} may not execute /usr/local/sbin/memharbor-host (Permission denied), as where its disk is mounted noexec.`,
      '`findmnt -T /usr/local/sbin` shows how it is mounted there: take noexec out in /etc/fstab, and mount it again with `mount -o remount,exec` and the place that findmnt names.',
    ),
  HELPER_FAILED: (d) =>
    said(
      `The helper on ${d.host} could not ${d.op}: ${d.reason}.`,
      `See \`memharbor host check ${d.host}\`.`,
      true,
    ),
  HELPER_INCOMPATIBLE: (d) =>
    said(
      `The helper on ${d.host} is ${d.found}; this panel speaks ${d.speaks}.`,
      `If the helper is older, run \`memharbor host prepare ${d.host}\`. If it is newer, update this panel: a helper is never downgraded.`,
    ),
  REVISION_STALE: (d) =>
    said(
      `Tenant ${d.tenant} was changed on ${d.host} by another panel meanwhile (revision ${d.found}, not ${d.expected}). Nothing was changed.`,
      `Look at it with \`memharbor tenant show ${renderShellName(d.tenant)}\`, then decide again.`,
    ),
  SERVER_REPLACED: (d) =>
    said(
      d.tenant === undefined
        ? `${d.host} is another server than before. Nothing was changed there.`
        : `${d.host} is another server than the one where ${d.tenant} was. Nothing was changed there.`,
      `Give ${d.host} the address of that server again (\`memharbor host edit ${d.host} --ssh USER@ADDRESS\`). If it shall be ${d.host} from now on, run \`memharbor host trust ${d.host}\`, which says first what that means.`,
    ),
  SERVER_TWICE: (d) => {
    const { sentence, advice } = describeDoubt(d.host, { kind: 'twin', other: d.other, isSame: d.isSame })
    return said(sentence, advice)
  },
  HOST_PUT_BACK: (d) =>
    said(
      `${d.host} was put back to an older state, or is another server than before, and has ${d.tenant} otherwise than this panel, or not at all. Nothing was changed.`,
      `Choose with \`memharbor host recover ${d.host} --as-panel\` or \`memharbor host recover ${d.host} --as-host\`. Revoke, suspend and delete work meanwhile.`,
    ),
  RANGE_PUT_BACK: (d) =>
    said(
      `The range of ${d.host} is ${d.inForce.from}-${d.inForce.to} again, without the port of ${listNames(d.tenants)}. Nothing was changed.`,
      `Run \`memharbor host prepare ${d.host} --range ${d.fitting.from}-${d.fitting.to}\`, then this again.`,
    ),
} satisfies Partial<Sentences>

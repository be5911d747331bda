import { describeOpenState } from '../host/describe-open-state.ts'
import { describeDoubt } from '../host/describe-server.ts'
import { describeUnwritable } from '../host/describe-unwritable.ts'
import { listNames } from '../sentence/list-names.ts'
import { type Sentences, said } from './problem-text.ts'

/** The sentences for problems of what a host remembers of its tenants. */
export const registryProblems = {
  STATE_OPEN: (d) => said(...describeOpenState(d.host, d.path)),
  STATE_UNWRITABLE: (d) => {
    const [sentence, advice] = describeUnwritable(d.host, d.reason)
    return d.isRefused === true
      ? said(`Nothing was changed on ${d.host}. ${sentence}`, `${advice} Then do it again.`, true)
      : said(sentence, advice)
  },
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
      `Look at it with \`memharbor tenant show ${d.tenant}\`, then decide again.`,
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
      `${d.host} was put back to an older state and has ${d.tenant} otherwise than this panel. Nothing was changed.`,
      `Choose with \`memharbor host recover ${d.host} --as-panel\` or \`memharbor host recover ${d.host} --as-host\`. Revoke, suspend and delete work meanwhile.`,
    ),
  RANGE_PUT_BACK: (d) =>
    said(
      `The range of ${d.host} is ${d.inForce.from}-${d.inForce.to} again, without the port of ${listNames(d.tenants)}. Nothing was changed.`,
      `Run \`memharbor host prepare ${d.host} --range ${d.fitting.from}-${d.fitting.to}\`, then this again.`,
    ),
} satisfies Partial<Sentences>

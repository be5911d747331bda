import { describeLeft } from '../plan/closing.ts'
import { describeStrange, isShut } from '../tenant/describe-strange.ts'
import { renderShellName } from '../tenant/shell-name.ts'
import { describeRevoked } from './describe-revoked.ts'
import { type Sentences, said } from './problem-text.ts'

/** The sentences for problems of access that is taken away. */
export const closingProblems = {
  NOT_RECORDED: (d) =>
    said(
      `In force on ${d.host}, but not kept here: ${d.action}. ${d.reason}${describeRevoked(d)}`,
      'An open panel, or the next change on that host, takes it in from there as soon as the store can be written. Until then lists here may show it as it was; nothing has to be done again.',
    ),
  NOT_IN_FORCE: (d) =>
    said(
      `Not in force yet: ${d.action}. ${d.reason}${describeRevoked(d)}`,
      'It is tried again by whatever program runs on this store. Until then the cache may still be reached.',
      true,
    ),
  CLOSING_FIRST: (d) =>
    said(
      `${d.tenant} was not changed, because ${d.action} comes first: it is ${d.isInFilter ? `closed in the filter of ${d.host}, and not kept there` : `not in force on ${d.host}`} yet. ${d.reason}`,
      `${d.isInFilter ? `Put that right: \`memharbor host check ${d.host}\` says more. ` : ''}The closing is tried again by itself; change ${d.tenant} when \`memharbor tenant show ${renderShellName(d.tenant)}\` has nothing pending any more.`,
      true,
    ),
  CLOSED_SINCE: (d) =>
    said(
      `${d.tenant} was not changed: ${d.action} was asked for later, while this waited, and counts.`,
      'Do it again if it is still wanted.',
      true,
    ),
  WRITTEN_SINCE: (d) =>
    said(describeLeft(d.tenant, d.left).join(' '), `Look at the allowlist of ${d.tenant}.`, true),
  NOT_KEPT: (d) =>
    said(
      `Closed on ${d.host}, but not kept there: ${d.action}. ${d.reason}.${describeStrange(d.container)}${describeRevoked(d)}`,
      `${describeUntil(d.host, d.until)} It is tried again by whatever program runs on this store.`,
      true,
    ),
  NOT_CLOSED: (d) =>
    said(
      `Not in force for certain, and not kept here: ${d.action}. ${d.reason} ${d.store}`,
      'Nothing tries it again by itself. Put one of the two right, then do it again.',
      true,
    ),
  NOT_DELETED: (d) =>
    said(
      `${isShut(d.container) ? `Nobody gets in to ${d.tenant} on ${d.host} any more` : `The port of ${d.tenant} on ${d.host} is closed`}, but it is not deleted to the end. ${d.reason}${describeStrange(d.container)}`,
      `What is left of it there is removed by whatever program runs on this store, as soon as that works. See \`memharbor host check ${d.host}\`.`,
      true,
    ),
  CLOSED_IN_FILTER: (d) =>
    said(
      `The filter of ${d.host} is closed, but ${d.host} cannot keep that: ${d.reason}.`,
      describeUntil(d.host, d.until),
      true,
    ),
} satisfies Partial<Sentences>

/** How long a filter stays closed that its host could not write down. */
function describeUntil(host: string, until: 'refill' | 'boot' | 'repair'): string {
  switch (until) {
    case 'refill':
      return 'Nobody gets in by it until the filter there is filled again: put the cause right before that.'
    case 'boot':
      return `Nobody gets in by it until ${host} is booted: put the cause right before that.`
    case 'repair':
      return `Nobody at all gets in on ${host} until its records are put right: its check says how.`
  }
}

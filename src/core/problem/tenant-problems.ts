import type { LongestIdle } from '../../contract/problem.ts'
import { listNames } from '../sentence/list-names.ts'
import { describeIdle, renderClientSocket } from '../tenant/client-socket.ts'
import { describeHow } from '../tenant/describe-end.ts'
import { describeNotRestorable } from '../tenant/describe-not-restorable.ts'
import { renderShellName } from '../tenant/shell-name.ts'
import { describeRevoked } from './describe-revoked.ts'
import { type Sentences, said, seconds } from './problem-text.ts'

/** The sentences for problems of one tenant. */
export const tenantProblems = {
  NOTES_FULL: (d) =>
    said(
      `The notes, tags and labels of all tenants of ${d.host} would have ${d.bytes} bytes together; ${d.most} is the most for one host.`,
      'Shorten them, or those of other tenants there.',
    ),
  ALLOWLISTS_FULL: (d) =>
    said(
      `The tenants of ${d.host} would have ${d.entries} allowed addresses together; ${d.most} is the most for one host.`,
      'Allow ranges in place of single addresses, or use another host.',
    ),
  MEMORY_OVERCOMMITTED: (d) =>
    said(
      `Host ${d.host} has ${Math.max(0, Math.floor(d.freeMb))} MB left to promise; this tenant needs ${Math.ceil(d.askedMb)} MB with overhead.`,
      'Give the tenant less memory, or use another host.',
    ),
  MEMORY_HELD: (d) =>
    said(
      `The container of ${d.tenant} uses ${Math.ceil(d.usedMb)} MB; a cache of ${d.memoryMb} MB would give it ${d.limitMb} MB, and the kernel of ${d.host} would kill it. ${d.isDropped ? 'Its cache has lost what did not fit.' : 'Nothing was changed.'}`,
      `A restart (\`memharbor tenant restart ${renderShellName(d.tenant)}\`) gives that memory back, with an empty cache: do that first, or take less away.`,
    ),
  NO_PORT_LEFT: (d) =>
    said(
      `No port is left on ${d.host} between ${d.from} and ${d.to}; ${d.quarantined} of them were released in the last 30 days and are kept back.`,
      'Widen the range with `host prepare --range`, or use another host.',
    ),
  NOT_RESTORABLE: (d) => describeNotRestorable(d),
  PORT_UNAVAILABLE: (d) =>
    said(`Port ${d.port} on ${d.host} ${d.reason}.`, 'Choose another port of the range.'),
  ENTRY_COVERED: (d) =>
    said(
      `Revoking ${d.cidr} ${d.revoked === undefined ? 'would change nothing' : 'changes nothing yet'}: ${d.by} on the allowlist of ${d.tenant} covers it.${d.untouched === true ? ' The others were not revoked either.' : ''}${describeRevoked(d)}${d.absent === undefined ? '' : ` Not on the allowlist: ${listNames(d.absent)}.`}`,
      `Revoke ${d.by}, then allow the parts that should stay.`,
    ),
  ENTRY_ABSENT: (d) =>
    said(
      `${listNames([d.cidr, ...(d.others ?? [])])} ${d.others === undefined ? 'is' : 'are'} not on the allowlist of ${d.tenant}.${describeRevoked(d)}`,
      `See \`memharbor tenant show ${renderShellName(d.tenant)}\`.`,
    ),
  TENANT_ENDED: (d) =>
    said(
      `The memcached of ${d.tenant} on ${d.host} ${describeHow(d)} (${d.at}). Docker started it again, and what was in the cache is lost.`,
      d.outOfMemory === true
        ? 'Give it more memory.'
        : `Its log may say more: \`memharbor tenant logs ${renderShellName(d.tenant)}\`.`,
    ),
  TENANT_SILENT: (d) =>
    said(
      `The container of ${d.tenant} on ${d.host} runs, but memcached on port ${d.port} did not answer in ${seconds(d.waitedMs)} s.${d.log === '' ? '' : ` Its last words: "${d.log}".`}`,
      'Nothing was left behind. Try again, or look at `host check`.',
      true,
    ),
  CONNECTIONS_TAKEN: (d) =>
    said(
      `The clients of the tenant on port ${d.port} of ${d.host} hold all connections of its memcached, also those that are kept for the panel, so it cannot be told anything. Its cache is well.${describeLongestIdle(d.idle)}`,
      `${d.idle === undefined ? 'Let its clients close some and try again' : `\`memharbor tenant disconnect ${renderShellName(d.idle.tenant)} ${renderClientSocket(d.idle)}\` closes that one; then try again. Or let its clients close some`}, or raise its limit with \`memharbor tenant limit\`, which empties the cache.`,
      true,
    ),
  TENANT_RENAMED: (d) =>
    said(
      `${d.tenant} was renamed meanwhile: it is called ${d.now} now. Nothing was done.`,
      'Do it again with its new name, if it is still the one.',
      false,
    ),
  TENANT_BUSY: (d) =>
    d.kept === true
      ? said(
          `Tenant ${d.tenant} is ${d.state}, which shuts everybody out as soon as it is in force.`,
          'If it is restored, what you took away just now stays out.',
        )
      : said(`Tenant ${d.tenant} is ${d.state}.`, 'Wait until that is done, then try again.', true),
} satisfies Partial<Sentences>

const describeLongestIdle = (idle: LongestIdle | undefined): string =>
  idle === undefined
    ? ''
    : ` Idle the longest is that of ${renderClientSocket(idle)}: ${describeIdle(idle.seconds)}.`

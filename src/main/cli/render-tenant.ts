import Table from 'cli-table3'
import type { AllowNote } from '../../contract/allowlist.ts'
import type { AllowlistChange, Example, ListedTenant, Tenant } from '../../contract/tenant.ts'
import type { TenantHealth } from '../../contract/tenant-health.ts'
import { listMarks } from '../../contract/tenant-marks.ts'
import { listNames } from '../../core/sentence/list-names.ts'
import { describeStrays } from '../../core/tenant/describe-strays.ts'
import { renderShellName } from '../../core/tenant/shell-name.ts'
import { plainTable, renderRows } from './plain-table.ts'
import { renderPending } from './render-pending.ts'
import { renderTable } from './render-table.ts'

/** Whether `tenant upgrade` would change anything, and why. */
interface Upgradable {
  readonly upgrade?: { readonly available: boolean; readonly sentence: string }
}

/** The tenant as a person reads it: where to connect, what it may use, who may come in. */
export function renderTenant(tenant: Tenant & Upgradable): string {
  const rows: [string, string][] = [
    ['Tenant', `${tenant.name} on ${tenant.host}`],
    ['State', tenant.why === '' ? tenant.state : `${tenant.state}: ${tenant.why}`],
    ['Connect to', renderEndpoints(tenant)],
    ...(tenant.leftOut === undefined ? [] : ([['', tenant.leftOut]] as [string, string][])),
    ['Memory', `${tenant.memoryMb} MB`],
    ['Connections', renderConnections(tenant)],
    ['Allowed', renderAllowlist(tenant)],
    ...(tenant.pending.length === 0 ? [] : ([['Pending', renderClosings(tenant)]] as [string, string][])),
    ...(tenant.notes === '' ? [] : ([['Notes', tenant.notes]] as [string, string][])),
    ...(tenant.tags.length === 0 ? [] : ([['Tags', tenant.tags.join(', ')]] as [string, string][])),
    ['Created', tenant.createdAt],
    ...(tenant.upgrade?.available === true
      ? ([['Upgrade', renderUpgrade(tenant.name, tenant.upgrade.sentence)]] as [string, string][])
      : []),
  ]
  const table = new Table(plainTable)
  table.push(...rows)
  return renderRows(table)
}

const renderUpgrade = (name: string, sentence: string): string =>
  `${sentence} \`memharbor tenant upgrade ${renderShellName(name)}\` makes another container, with an empty cache.`

/** Of a container of an earlier version memcached keeps some for itself. */
function renderConnections({ maxConnections, usableConnections }: Tenant): string {
  if (usableConnections >= maxConnections) return `${maxConnections} at most`
  return `${usableConnections} of the ${maxConnections}, until its container is made anew, as \`memharbor tenant upgrade\` does`
}

/** `203.0.113.7:20000`, or with brackets for IPv6; every address on a line of its own. */
function renderEndpoints({ addresses, port }: Tenant): string {
  if (port === null) return 'not known yet'
  if (addresses.length === 0)
    return `port ${port}; no public address is known, give one with \`host edit --public-address\``
  return addresses.map((address) => `${address.includes(':') ? `[${address}]` : address}:${port}`).join('\n')
}

/** Where its host has not confirmed that it is suspended, people may get in still. */
const isShut = ({ suspended, pending }: Tenant): boolean =>
  suspended && pending.every(({ kind, closed }) => kind !== 'suspend' || closed)

/** Whether everybody on the internet gets in now. */
export const isOpenNow = (tenant: Tenant): boolean => tenant.openToAnyone && !isShut(tenant)

function renderAllowlist(tenant: Tenant): string {
  const { allow, openToAnyone } = tenant
  if (allow.length === 0) return 'nobody yet: let addresses in with `memharbor tenant allow`'
  const lines = allow.map(({ cidr, label }) => (label === '' ? cidr : `${cidr}  ${label}`))
  if (isShut(tenant))
    return `nobody while it is suspended; after \`memharbor tenant resume\`:\n${lines.join('\n')}`
  return openToAnyone ? `EVERYBODY ON THE INTERNET\n${lines.join('\n')}` : lines.join('\n')
}

/** Access that was taken away and that the host has not confirmed, one closing a line. */
function renderClosings({ pending }: Tenant): string {
  return pending.map((closing) => renderPending(closing, closing.cidrs.join(' '))).join('\n')
}

/** The examples, each under its language. */
export function renderExampleTexts(examples: readonly Example[]): string {
  return examples.map(({ language, library, code }) => `--- ${language} (${library})\n${code}`).join('\n')
}

/**
 * One line a tenant.
 * @param health of which they are; undefined: of any
 */
export function renderTenants(tenants: readonly Tenant[], health?: TenantHealth): string {
  if (tenants.length === 0 && health !== undefined) return `No tenant is ${health}.`
  if (tenants.length === 0) return 'No tenants yet. Make one with `memharbor tenant create NAME`.'
  const rows = tenants.map((tenant) => {
    const { name, state, host, memoryMb, allow, openToAnyone } = tenant
    const endpoint = renderEndpoints(tenant).split('\n')[0] ?? ''
    const count = openToAnyone ? 'EVERYBODY' : String(allow.length)
    const allowed = tenant.pending.length === 0 ? count : `${count}, PENDING`
    const marks = listMarks(tenant)
    const marked = marks.length === 0 ? state : `${state} (${marks.join(', ')})`
    return [name, marked, host, endpoint, `${memoryMb} MB`, allowed]
  })
  return renderTable(['NAME', 'STATE', 'HOST', 'ENDPOINT', 'MEMORY', 'ALLOWED'], rows)
}

/** Of tenants whose hosts could not be looked at: that what is shown may not be so any more; undefined where there are none. */
export function describeLastKnown(
  tenants: readonly Pick<ListedTenant, 'host' | 'unseen'>[],
): string | undefined {
  const hosts = [...new Set(tenants.filter(({ unseen }) => unseen !== null).map(({ host }) => host))]
  if (hosts.length === 0) return undefined
  const whose = hosts.length === 1 ? 'its' : 'their'
  return `${listNames(hosts)} could not be looked at: what is shown of ${whose} tenants, and of who gets in, is what this panel knew last.`
}

/** Why their hosts could not be looked at, each sentence once. */
export function describeUnseen(tenants: readonly Pick<ListedTenant, 'unseen'>[]): string[] {
  return [...new Set(tenants.flatMap(({ unseen }) => unseen ?? []))]
}

/** Faults of the filters of their hosts, each once. */
export function describeFilters(tenants: readonly Pick<ListedTenant, 'filterFault'>[]): string[] {
  return [...new Set(tenants.flatMap(({ filterFault }) => filterFault?.sentence ?? []))]
}

/** The effect of an allowlist change, with the addresses that were cut off. */
export function renderAllowlistChange(
  verb: 'Allowed' | 'Revoked',
  { tenant, changed, strays, staysInside, cut }: AllowlistChange,
): string {
  const entries =
    changed.length === 0
      ? 'nothing; it was so already'
      : [...new Set(changed.map(({ cidr }) => cidr))].join(', ')
  const isSuspended = isShut(tenant)
  const isOfStrays = changed.length === 0 && strays.length > 0
  const cutOff = cut.map(({ address, sockets }) => `${address} (${sockets})`).join(', ')
  return [
    ...(isOfStrays ? [] : [`${verb} for ${tenant.name} on ${tenant.host}: ${entries}.`]),
    ...(strays.length === 0 ? [] : [describeStrays(tenant.name, tenant.host, strays)]),
    ...(cut.length === 0 ? [] : [`Live connections that were cut: ${cutOff}.`]),
    ...(staysInside.sentence === '' ? [] : [`Note: ${staysInside.sentence}`]),
    ...(isOpenNow(tenant) ? [warnOpen(tenant)] : []),
    ...(verb === 'Allowed' && isSuspended ? [tellSuspended(tenant.name)] : []),
    ...(verb === 'Revoked' ? warnPast(tenant) : []),
  ].join('\n')
}

const tellSuspended = (name: string): string =>
  `${name} is suspended: nobody gets in until it is resumed, with \`memharbor tenant resume ${renderShellName(name)}\`.`

/** A warning of access that a closing left, because the container is on a network that the filter does not guard. */
export function warnPast({ faults, name, why }: Tenant): string[] {
  return faults.includes('network') ? [`WARNING: ${name} is still reached past the filter. ${why}`] : []
}

/** Said loudly, because an open memcached is found within hours and abused. */
export function warnOpen({ name, allow }: Tenant): string {
  const isByWord = allow.some(({ cidr }) => cidr.endsWith('/0'))
  const todo = isByWord
    ? `Revoke it with \`memharbor tenant revoke ${renderShellName(name)} anyone\`.`
    : 'Its entries cover everything together: revoke the widest.'
  return `WARNING: everybody on the internet can now read and write the cache of ${name}. ${todo}`
}

/** Of entries that nobody comes from over the internet: why, a line each. */
export function renderAllowNotes({ allowNotes }: { readonly allowNotes: readonly AllowNote[] }): string[] {
  return allowNotes.map(({ sentence }) => `Note: ${sentence}`)
}

import Table from 'cli-table3'
import { filterMarks } from '../../contract/filter-fault.ts'
import type { CheckLine, Host, HostHelper, HostTarget, ListedHost, PreparePlan } from '../../contract/host.ts'
import { describeHostTrouble } from './describe-host-trouble.ts'
import { plainTable, renderRows } from './plain-table.ts'

/**
 * One line a host, and what is wrong with it in lines under that.
 * @param helpers as they were seen just now; without them there is no column for them
 */
export function renderHosts(hosts: readonly (Host | ListedHost)[], helpers?: readonly HostHelper[]): string {
  if (hosts.length === 0) return 'No hosts yet. Add one with `memharbor host add NAME --ssh USER@ADDRESS`.'
  const last = helpers === undefined ? [] : ['HELPER']
  const head = ['NAME', 'REACHED BY', 'STATE', 'PORTS', 'TENANTS', ...last]
  const table = new Table({ ...plainTable, head })
  const byHost = new Map(helpers?.map((helper) => [helper.host, helper]))
  for (const host of hosts) {
    const { name, target, portRange, isDefault } = host
    const helper = byHost.get(name)
    table.push([
      isDefault ? `${name} (default)` : name,
      renderTarget(target),
      renderState(host, helper),
      `${portRange.from}-${portRange.to}`,
      renderTenantCount(host),
      ...(helpers === undefined ? [] : [helper === undefined ? '' : renderHelper(helper)]),
    ])
  }
  const [titles = '', ...lines] = table.toString().split('\n')
  const below = hosts.map((host) => describeHostTrouble(host, byHost.get(host.name)))
  return [titles, ...lines.flatMap((line, index) => [line, ...(below[index] ?? []).map(indent)])].join('\n')
}

/** `filtered, REPLACED`: what is in capitals waits for the operator. */
function renderState({ mode, server, putBack }: Host, helper: HostHelper | undefined): string {
  const fault = helper?.filterFault ?? null
  const filter = fault === null ? renderMode(mode) : filterMarks[fault.kind].toUpperCase()
  const doubt = server === null ? [] : [server.kind === 'replaced' ? 'REPLACED' : 'TWICE']
  return [filter, ...doubt, ...(putBack === null ? [] : [putBack.accepted ? 'DIFFERS' : 'PUT BACK'])].join(
    ', ',
  )
}

const indent = (line: string): string => `  ${line}`

/** `12, 2 PENDING`: of so many, access that was taken away is not closed for certain. */
function renderTenantCount(host: Host | ListedHost): string {
  const concerned = 'pending' in host ? new Set(host.pending.map(({ tenant }) => tenant)).size : 0
  return concerned === 0 ? String(host.tenants) : `${host.tenants}, ${concerned} PENDING`
}

/** `1.2.0, waits for 1.3.0`; `host prepare` brings that one. */
function renderHelper({ standing, version, brings }: HostHelper): string {
  switch (standing) {
    case 'current':
      return version ?? ''
    case 'older':
      return `${version}, waits for ${brings}`
    case 'newer':
      return `${version}, newer than ${brings} here`
    case 'none':
      return 'none'
    case 'unknown':
      return 'unknown'
  }
}

function renderTarget(target: HostTarget): string {
  if (target.kind === 'socket') return target.path
  const user = target.user === undefined ? '' : `${target.user}@`
  const port = target.port === undefined ? '' : `:${target.port}`
  return `ssh ${user}${target.address.includes(':') ? `[${target.address}]` : target.address}${port}`
}

function renderMode(mode: Host['mode']): string {
  switch (mode) {
    case 'unknown':
      return 'not prepared'
    case 'filtered':
      return 'filtered'
    case 'loopback':
      return 'loopback only'
  }
}

const marks = { good: 'ok', missing: 'MISSING', bad: 'BAD', note: 'note' } as const

/** The check list, each failure with what to do. */
export function renderCheck(lines: readonly CheckLine[]): string {
  const table = new Table(plainTable)
  for (const { subject, verdict, sentence, advice } of lines) {
    table.push([marks[verdict], subject, advice === '' ? sentence : `${sentence} ${advice}`])
  }
  return renderRows(table)
}

/** The plan of preparing, for people to read before it is carried out. */
export function renderPlan(name: string, { steps, needsSudoPassword, saved }: PreparePlan): string {
  const files = saved.flatMap(({ sentence, advice }) => [`  ${sentence}`, `    ${advice}`])
  if (steps.length === 0) return [`${name} is ready; there is nothing to do.`, ...files].join('\n')
  const sentences = steps.map(({ sentence }, index) => `  ${index + 1}. ${sentence}`)
  const sudo = needsSudoPassword ? ['  sudo will ask for a password.'] : []
  return [`On ${name}:`, ...sentences, ...files, ...sudo].join('\n')
}

/** Tenants of a host that was forgotten: they run on, or something is left of them. */
export function renderForgotten(
  host: string,
  {
    forgotten,
    unfinished,
  }: { readonly forgotten: readonly string[]; readonly unfinished: readonly string[] },
): string[] {
  const running = forgotten.filter((name) => !unfinished.includes(name))
  const [is, it] = unfinished.length === 1 ? ['is', 'it'] : ['are', 'them']
  return [
    ...(running.length === 0 ? [] : [`Still running there: ${running.join(', ')}.`]),
    ...(unfinished.length === 0
      ? []
      : [
          `Not deleted to the end there: ${unfinished.join(', ')}. What ${is} left of ${it} stays: add ${host} again and delete ${it} again.`,
        ]),
  ]
}

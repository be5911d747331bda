import Table from 'cli-table3'
import type { CheckLine, Host, HostHelper, HostTarget, PreparePlan } from '../../contract/host.ts'
import { plainTable } from './plain-table.ts'

/** One line a host. @param helpers as they were seen just now; without them there is no column for them */
export function renderHosts(hosts: readonly Host[], helpers?: readonly HostHelper[]): string {
  if (hosts.length === 0) return 'No hosts yet. Add one with `memharbor host add NAME --ssh USER@ADDRESS`.'
  const last = helpers === undefined ? [] : ['HELPER']
  const head = ['NAME', 'REACHED BY', 'STATE', 'PORTS', 'TENANTS', ...last]
  const table = new Table({ ...plainTable, head })
  const byHost = new Map(helpers?.map((helper) => [helper.host, renderHelper(helper)]))
  for (const { name, target, mode, portRange, tenants, isDefault, putBack } of hosts) {
    table.push([
      isDefault ? `${name} (default)` : name,
      renderTarget(target),
      putBack === null ? renderMode(mode) : `${renderMode(mode)}, PUT BACK`,
      `${portRange.from}-${portRange.to}`,
      String(tenants),
      ...(helpers === undefined ? [] : [byHost.get(name) ?? '']),
    ])
  }
  return table.toString()
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
  return table.toString()
}

/** What preparing will do, before it does it. */
export function renderPlan(name: string, { steps, needsSudoPassword }: PreparePlan): string {
  if (steps.length === 0) return `${name} is ready; there is nothing to do.`
  const sentences = steps.map(({ sentence }, index) => `  ${index + 1}. ${sentence}`)
  const sudo = needsSudoPassword ? ['  sudo will ask for a password.'] : []
  return [`On ${name}:`, ...sentences, ...sudo].join('\n')
}

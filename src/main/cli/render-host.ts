import Table from 'cli-table3'
import type { CheckLine, Host, HostTarget, PreparePlan } from '../../contract/host.ts'
import { plainTable } from './plain-table.ts'

/** One line a host. */
export function renderHosts(hosts: readonly Host[]): string {
  if (hosts.length === 0) return 'No hosts yet. Add one with `memharbor host add NAME --ssh USER@ADDRESS`.'
  const table = new Table({ ...plainTable, head: ['NAME', 'REACHED BY', 'STATE', 'PORTS', 'TENANTS'] })
  for (const { name, target, mode, portRange, tenants, isDefault } of hosts) {
    table.push([
      isDefault ? `${name} (default)` : name,
      renderTarget(target),
      renderMode(mode),
      `${portRange.from}-${portRange.to}`,
      String(tenants),
    ])
  }
  return table.toString()
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

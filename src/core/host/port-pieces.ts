import type { PortRange } from '../../domain/port-range.ts'

/** The ranges without those that are taken, in ascending order. */
export function withoutPorts(ranges: readonly PortRange[], taken: readonly PortRange[]): PortRange[] {
  const ordered = mergePorts(taken)
  return mergePorts(ranges).flatMap((range) => {
    const left: PortRange[] = []
    let from = range.from
    for (const each of ordered) {
      if (each.to < from || each.from > range.to) continue
      if (each.from > from) left.push({ from, to: each.from - 1 })
      from = each.to + 1
    }
    return from <= range.to ? [...left, { from, to: range.to }] : left
  })
}

/** The same ports in as few ranges as possible, upwards. */
export function mergePorts(ranges: readonly PortRange[]): PortRange[] {
  const merged: { from: number; to: number }[] = []
  for (const { from, to } of [...ranges].sort((one, other) => one.from - other.from)) {
    const last = merged.at(-1)
    if (last === undefined || from > last.to + 1) merged.push({ from, to })
    else last.to = Math.max(last.to, to)
  }
  return merged
}

export const countPortsOf = (ranges: readonly PortRange[]): number =>
  mergePorts(ranges).reduce((sum, { from, to }) => sum + to - from + 1, 0)

/** As Linux writes a list of ports: `8080,20000-29999`. */
export const renderPorts = (ranges: readonly PortRange[]): string =>
  mergePorts(ranges)
    .map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`))
    .join(',')

import type { Operation } from '../contract/activity.ts'

const columns = [
  'startedAt',
  'finishedAt',
  'tookMs',
  'kind',
  'host',
  'tenant',
  'actor',
  'outcome',
  'why',
] as const

/** RFC 4180. A cell that a spreadsheet would take for a formula gets an apostrophe in front: names come from people. */
export function renderCsv(operations: readonly Operation[]): string {
  const cell = (value: string | number | null): string => {
    const text = String(value ?? '')
    const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
    return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
  }
  const rows = operations.map((operation) => columns.map((column) => cell(operation[column])).join(','))
  return [columns.join(','), ...rows].join('\r\n')
}

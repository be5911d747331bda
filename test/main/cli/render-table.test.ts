import Table from 'cli-table3'
import { expect, test } from 'vitest'
import { plainTable } from '../../../src/main/cli/plain-table.ts'
import { renderCheck } from '../../../src/main/cli/render-host.ts'
import { renderTable } from '../../../src/main/cli/render-table.ts'

const head = ['NAME', 'STATE', 'ENDPOINT']
const names = [
  'acme',
  'さくら商店',
  'Müller@laden.example',
  'ספריה',
  'Ελιά',
  'e\u0301te\u0301',
  '',
  'a.very.long.name-of-sixty',
]
const render = (count: number): string[][] =>
  Array.from({ length: count }, (_, index) => [
    `${names[index % names.length]}`,
    index % 3 === 0 ? 'running' : 'suspended',
    `203.0.113.10:${20_000 + index}`,
  ])

test('columns are as the library makes them', () => {
  for (const rows of [[], render(1), render(24)]) {
    const table = new Table({ ...plainTable, head })
    table.push(...rows)
    expect(renderTable(head, rows)).toBe(table.toString())
  }
})

test('ten times as many rows take no more than thirty times as long', () => {
  const timeOf = (count: number): number => {
    const rows = render(count)
    const before = process.cpuUsage()
    renderTable(head, rows)
    const { user, system } = process.cpuUsage(before)
    return user + system
  }
  timeOf(500)
  expect(timeOf(10_000)).toBeLessThan(30 * Math.max(timeOf(1_000), 1_000))
})

test('has no spaces at the ends of rows beside a long sentence', () => {
  const line = { verdict: 'good', advice: '' } as const
  const lines = [
    { ...line, subject: 'Docker', sentence: 'Docker 27.5.1.' },
    { ...line, subject: 'Filter', sentence: 'Ports 20000-29999 are closed to all but the allowlists.' },
  ]
  expect(renderCheck(lines).split('\n')[0]).toBe('ok  Docker  Docker 27.5.1.')
})

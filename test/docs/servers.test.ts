import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { matrixHosts, matrixSteps, nameHost } from '../live/matrix-hosts.ts'
import { firewallRows, firewallSteps } from '../live/operator-firewalls.ts'
import { parseTable, putRow, type Row, serversDocument } from '../live/servers-document.ts'

const document = readFileSync(serversDocument, 'utf8')
const ended = /^(held|failed|not run)(: open for \d+\.\d\d s)?$/

const expectWhole = (rows: readonly Row[], key: string, names: readonly string[]): void => {
  expect(rows.map((row) => row[key])).toEqual(names)
  for (const row of rows)
    for (const [head, cell] of Object.entries(row)) expect([row[key], head, cell]).not.toContain('')
}

describe('docs/servers.md', () => {
  it('has each release once, with a version of each program', () => {
    const rows = parseTable(document, 'releases')
    expectWhole(rows, 'release', [...new Set(matrixHosts.map(({ suite }) => suite))])
    for (const { release, ...versions } of rows)
      for (const version of Object.values(versions))
        expect([release, version]).toEqual([release, expect.stringMatching(/^\d/)])
  })

  it('has each host of the matrix once, with how each step ended', () => {
    const rows = parseTable(document, 'hosts')
    expectWhole(rows, 'server', matrixHosts.map(nameHost))
    for (const row of rows) for (const step of matrixSteps) expect(row[step]).toMatch(ended)
  })

  it('has each firewall once on each release, with how each step ended', () => {
    const rows = parseTable(document, 'firewalls')
    expectWhole(rows, 'server and firewall', firewallRows)
    for (const row of rows) for (const step of firewallSteps) expect(row[step]).toMatch(ended)
  })

  it('is linked from the README', () => {
    const project = join(import.meta.dirname, '../..')
    for (const name of ['README.md', 'ARCHITECTURE.md'])
      expect(readFileSync(join(project, name), 'utf8')).toContain('(docs/servers.md)')
  })

  it('keeps its other rows and its words when a run writes one', () => {
    const text = 'before\n<!-- hosts -->\n| server | a |\n|---|---|\n| one | 1 |\n| two | 2 |\n\nafter\n'
    const order = ['two', 'one', 'three']
    expect(putRow(text, 'hosts', { server: 'one', a: '$&|' }, order)).toBe(
      'before\n<!-- hosts -->\n| server | a |\n|---|---|\n| two | 2 |\n| one | $&/ |\n\nafter\n',
    )
    expect(parseTable(putRow(text, 'hosts', { server: 'three', a: '3' }, order), 'hosts')).toHaveLength(3)
    expect(putRow('<!-- hosts -->\n', 'hosts', { server: 'one', a: '1' }, order)).toBe(
      '<!-- hosts -->\n| server | a |\n|---|---|\n| one | 1 |\n',
    )
  })
})

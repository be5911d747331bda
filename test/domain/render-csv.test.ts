import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { renderCsv } from '../../src/domain/render-csv.ts'
import { sampleOperation } from '../contract/operation-sample.ts'

const operation = sampleOperation({
  ...{ id: 'op1', kind: 'tenant move', host: 'web1', actor: 'ann@laptop' },
  ...{ startedAt: '2026-11-22T10:49:22.881Z', outcome: 'failed' },
})

/** As another program reads it: Python's csv module. */
const readBack = (text: string): string[][] => {
  const script =
    'import csv, io, json, sys; print(json.dumps(list(csv.reader(io.StringIO(sys.stdin.read(), newline="")))))'
  return JSON.parse(execFileSync('python3', ['-IS', '-c', script], { input: text, encoding: 'utf8' }))
}

describe('the log of operations as CSV', () => {
  it.each([
    ['plain', 'plain'],
    ['a, b', 'a, b'],
    ['it says "no"', 'it says "no"'],
    ['"', '"'],
    ['two\nlines', 'two\nlines'],
    ['two\r\nlines', 'two\r\nlines'],
    ['ümlaut 🐙', 'ümlaut 🐙'],
    ['=HYPERLINK("http://x.example","y")', '\'=HYPERLINK("http://x.example","y")'],
    ['+49 30', "'+49 30"],
    ['-1', "'-1"],
    ['@SUM(1)', "'@SUM(1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', "'\r=1"],
    ['a=b', 'a=b'],
  ])('%j is read back as %j', (why, expected) => {
    const [head, row, ...others] = readBack(renderCsv([{ ...operation, why, tenant: why, tookMs: 12 }]))
    expect(head).toEqual('startedAt finishedAt tookMs kind host tenant actor outcome why'.split(' '))
    const facts = ['2026-11-22T10:49:22.881Z', '', '12', 'tenant move', 'web1']
    expect(row).toEqual([...facts, expected, 'ann@laptop', 'failed', expected])
    expect(others).toEqual([])
  })

  it('has a head without operations', () => {
    expect(readBack(renderCsv([]))).toHaveLength(1)
  })
})

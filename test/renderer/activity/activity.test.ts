import { describe, expect, test } from 'vitest'
import { describeKind } from '../../../src/contract/operation-kind.ts'
import { listDifferences } from '../../../src/renderer/features/activity/differences.ts'
import {
  filterOperations,
  mergeOperations,
  noFilter,
  pageAfter,
  toQuestion,
} from '../../../src/renderer/features/activity/merge-operations.ts'
import { sampleOperation } from '../../contract/operation-sample.ts'

describe('what an operation changed', () => {
  test('is told field by field, and what stayed is left out', () => {
    const before = { memoryMb: 64, name: 'acme', allow: [], open: true }
    const after = {
      ...{ memoryMb: 128, name: 'acme', open: false },
      allow: [
        { cidr: '203.0.113.7/32', label: 'office' },
        { cidr: '2001:db8::/32', label: '' },
      ],
    }
    expect(listDifferences({ before, after })).toEqual([
      { field: 'Memory, MB', before: '64', after: '128' },
      {
        field: 'Allowed addresses that changed',
        before: 'none',
        after: '203.0.113.7/32 (office), 2001:db8::/32',
      },
      { field: 'Lets addresses in', before: 'yes', after: 'no' },
    ])
  })

  test.each([null, 'text', 7, ['a']])('%j has no fields', (value) => {
    expect(listDifferences({ before: value, after: null })).toEqual([])
  })

  test('of a host that was put back it says in words what was closed and whose state counts', () => {
    const told = [
      listDifferences({ before: { closes: ['*'] }, after: null }),
      listDifferences({ before: { closes: ['203.0.113.7/32'], revision: 7 }, after: null }),
      listDifferences({ before: null, after: { as: 'panel' } }),
    ]
    expect(told.flat()).toEqual([
      { field: 'Closed', before: 'everything', after: null },
      { field: 'Closed', before: '203.0.113.7/32', after: null },
      { field: 'Whose state counts', before: null, after: 'what this panel has' },
    ])
  })

  test('a field that nobody knows keeps its name', () => {
    expect(listDifferences({ before: null, after: { colour: { r: 1 } } })).toEqual([
      { field: 'colour', before: null, after: '{"r":1}' },
    ])
  })
})

describe('the list', () => {
  const old = sampleOperation({ id: 'old', startedAt: '2026-11-20T10:00:00.000Z', outcome: 'running' })
  const recent = sampleOperation({
    id: 'new',
    tenant: 'shop',
    outcome: 'failed',
    why: 'Docker did not answer.',
  })

  test('has running ones first, then the newest, each as it is now', () => {
    const ended = { ...old, outcome: 'done' as const }
    expect(mergeOperations([recent, old], []).map(({ id }) => id)).toEqual(['old', 'new'])
    expect(mergeOperations([recent, old], [ended]).map(({ id }) => id)).toEqual(['new', 'old'])
  })

  test.each([
    [{ text: 'docker SHOP' }, ['new']],
    [{ text: 'shop acme' }, []],
    [{ text: 'create' }, ['new', 'old']],
    [{ outcome: 'running' as const }, ['old']],
    [{ host: 'other' }, []],
    [{}, ['new', 'old']],
  ])('filtered by %j', (given, ids) => {
    const shown = filterOperations([recent, old], { ...noFilter, ...given })
    expect(shown.map(({ id }) => id)).toEqual(ids)
  })
})

test('the program is asked for what the filter shows, and for nothing else', () => {
  expect(toQuestion({ ...noFilter, text: '  ' })).toEqual({})
  expect(toQuestion({ text: ' acme ', outcome: 'failed', host: 'web' })).toEqual({
    ...{ text: 'acme', outcome: 'failed', host: 'web' },
  })
})

test('the next page begins behind the last one, also behind those of the same moment', () => {
  const startedAt = '2026-11-22T10:00:00.000Z'
  const page = [sampleOperation({ id: 'b', startedAt }), sampleOperation({ id: 'a', startedAt })]
  expect(pageAfter(page, 2)).toEqual({ before: startedAt, beforeId: 'a' })
  expect(pageAfter(page, 3)).toBeUndefined()
  expect(pageAfter([], 3)).toBeUndefined()
})

describe('a kind of operation', () => {
  test.each([
    ['tenant create', 'Create tenant'],
    ['tenant annotate', 'Change notes or tags of'],
    ['tenant end', 'End of the memcached of'],
    ['host prepare', 'Prepare host'],
    ['unheard', 'unheard'],
  ])('%s', (kind, said) => {
    expect(describeKind(kind)).toBe(said)
  })
})

import { describe, expect, it } from 'vitest'
import { planArchive } from '../../../src/core/operation/plan-archive.ts'

type Logged = Parameters<typeof planArchive>[0][number]

const since = '2026-11-01T00:00:00.000Z'
const [old, recent] = ['2026-10-01T00:00:00.000Z', '2026-11-02T00:00:00.000Z']
const settled: Logged = { id: 'x', kind: 'tenant allow', tenantId: 'a', outcome: 'done', finishedAt: old }

const choose = (operations: readonly Logged[], held = new Set<string>()): string[] =>
  planArchive(operations, held, since).map(({ id }) => id)

describe('the operations that leave the store', () => {
  it.each<[string, Partial<Logged>, boolean]>([
    ['one that is done', {}, true],
    ['one that was undone', { outcome: 'undone' }, true],
    ['one that failed', { outcome: 'failed' }, true],
    ['one that is not settled', { outcome: 'running', finishedAt: null }, false],
    ['a create that was undone', { kind: 'tenant create', outcome: 'undone' }, false],
    ['a closing that was given up', { kind: 'tenant revoke', outcome: 'failed' }, false],
    ['a closing that is done', { kind: 'tenant revoke' }, true],
    ['a move whose port is kept back', { kind: 'tenant move', finishedAt: recent }, false],
    ['a move whose port is free again', { kind: 'tenant move' }, true],
    ['a move that failed', { kind: 'tenant move', outcome: 'failed', finishedAt: recent }, true],
    ['a delete whose port is kept back', { kind: 'tenant delete', finishedAt: recent }, false],
    ['a delete whose port is free again', { kind: 'tenant delete' }, true],
    ['one of no tenant', { kind: 'host prepare', tenantId: null }, true],
  ])('%s', (_, changes, leaves) => {
    expect(choose([{ ...settled, ...changes }])).toEqual(leaves ? ['x'] : [])
  })

  it('are none that came to a tenant after one that stays, in this piece or a later one', () => {
    const held = new Set<string>()
    const first = [
      { ...settled, id: '1' },
      { ...settled, id: '2', kind: 'tenant suspend', outcome: 'running' as const },
      { ...settled, id: '3' },
      { ...settled, id: '4', tenantId: 'b' },
      { ...settled, id: '5', tenantId: null, outcome: 'running' as const },
      { ...settled, id: '6', tenantId: null },
    ]
    expect(choose(first, held)).toEqual(['1', '4', '6'])
    expect(
      choose(
        [
          { ...settled, id: '7' },
          { ...settled, id: '8', tenantId: 'b' },
        ],
        held,
      ),
    ).toEqual(['8'])
  })
})

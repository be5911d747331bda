import { describe, expect, test } from 'vitest'
import { chooseColumns, moveColumn, toggleColumn } from '../../../src/renderer/features/tenants/columns.ts'
import { moveRow, readGridKey } from '../../../src/renderer/features/tenants/grid-keys.ts'
import { describeNameProblem, foldNames } from '../../../src/renderer/features/tenants/name-hint.ts'
import {
  keepOnly,
  nothingSelected,
  selectRange,
  toggleAll,
  toggleRow,
} from '../../../src/renderer/features/tenants/selection.ts'
import { listRows, toSlots } from '../../../src/renderer/features/tenants/table/use-slots.ts'

describe('columns', () => {
  test('the name is always the first, what is not known is left out', () => {
    expect(chooseColumns(['tags', 'name', 'later', 'state', 'tags'], 3)).toEqual(['name', 'tags', 'state'])
  })
  test('with one host its column says nothing', () => {
    expect(chooseColumns([], 1)).not.toContain('host')
    expect(chooseColumns([], 2)).toContain('host')
    expect(chooseColumns(['host'], 1)).toContain('host')
  })
  test('they are moved but not before the name, shown and hidden', () => {
    const columns = ['name', 'state', 'tags'] as const
    expect(moveColumn(columns, 'tags', -1)).toEqual(['name', 'tags', 'state'])
    expect(moveColumn(columns, 'state', -1)).toBe(columns)
    expect(moveColumn(columns, 'name', 1)).toBe(columns)
    expect(moveColumn(columns, 'tags', 5)).toBe(columns)
    expect(toggleColumn(columns, 'state')).toEqual(['name', 'tags'])
    expect(toggleColumn(columns, 'host')).toEqual(['name', 'state', 'tags', 'host'])
    expect(toggleColumn(columns, 'name')).toBe(columns)
  })
})

describe('marking rows', () => {
  const shown = ['a', 'b', 'c', 'd', 'e']
  const ids = ({ ids }: { readonly ids: ReadonlySet<string> }): string => [...ids].sort().join('')

  test('a range goes from the row marked last, both ways, and keeps what was marked', () => {
    const one = toggleRow(nothingSelected, 'd')
    expect(ids(selectRange(one, shown, 'b', undefined))).toBe('bcd')
    expect(ids(selectRange(one, shown, 'e', undefined))).toBe('de')
    const other = toggleRow(one, 'a')
    expect(ids(selectRange(other, shown, 'b', undefined))).toBe('abd')
  })
  test('a range without a row marked before begins at the current one', () => {
    expect(ids(selectRange(nothingSelected, shown, 'c', 'b'))).toBe('bc')
    expect(ids(selectRange({ ...nothingSelected, anchor: 'gone' }, shown, 'c', 'a'))).toBe('abc')
  })
  test('all that are shown, and none of them again; what is hidden stays as it is', () => {
    const hidden = toggleRow(nothingSelected, 'z')
    const all = toggleAll(hidden, shown)
    expect(ids(all)).toBe('abcdez')
    expect(ids(toggleAll(all, shown))).toBe('z')
    expect(ids(toggleAll(toggleRow(all, 'c'), shown))).toBe('abcdez')
  })
  test('a mark goes with its tenant', () => {
    const two = toggleRow(toggleRow(nothingSelected, 'a'), 'b')
    expect(ids(keepOnly(two, (id) => id === 'b'))).toBe('b')
    expect(keepOnly(two, () => true)).toBe(two)
  })
})

describe('keys', () => {
  const press = (key: string, held = '', code = '') =>
    readGridKey({
      key,
      code,
      shiftKey: held === 'shift',
      ctrlKey: held === 'ctrl',
      metaKey: held === 'meta',
      altKey: held === 'alt',
    })
  test('what the table takes, and what it leaves to the page', () => {
    expect(press('ArrowDown')).toEqual({ kind: 'move', to: 'down', extend: false })
    expect(press('End', 'shift')).toEqual({ kind: 'move', to: 'last', extend: true })
    expect(press('a', 'meta')).toEqual({ kind: 'select-all' })
    expect(press('ф', 'ctrl', 'KeyA')).toEqual({ kind: 'select-all' })
    expect(press('c', 'ctrl', 'KeyI')).toEqual({ kind: 'copy' })
    expect(press(' ')).toEqual({ kind: 'toggle' })
    expect(press('F10', 'shift')).toEqual({ kind: 'menu' })
    expect(press('F10')).toBeUndefined()
    expect(press('k', 'ctrl')).toBeUndefined()
    expect(press('ArrowDown', 'alt')).toBeUndefined()
    expect(press('Tab')).toBeUndefined()
  })
  test('a move ends inside of the list', () => {
    expect(moveRow(0, 'up', 5, 3)).toBe(0)
    expect(moveRow(3, 'page-down', 5, 3)).toBe(4)
    expect(moveRow(4, 'page-up', 5, 3)).toBe(1)
    expect(moveRow(2, 'first', 5, 3)).toBe(0)
    expect(moveRow(2, 'last', 5, 3)).toBe(4)
    expect(moveRow(-1, 'down', 5, 3)).toBe(0)
    expect(moveRow(-1, 'last', 5, 3)).toBe(4)
  })
})

test.each([
  ['', ''],
  ['acme', 'There is a tenant of that name.'],
  ['ACME', 'That is the same name as acme.'],
  ['STRASSE', 'That is the same name as straße.'],
  ['shop@example.com', ''],
  ['Черепаха 7', ''],
  ['two  spaces', 'Letters, digits, . _ @ + - and single spaces inside are possible.'],
  ['a/b', 'Letters, digits, . _ @ + - and single spaces inside are possible.'],
  ['-x', 'It may not start with a hyphen.'],
  ['x ', 'It may not begin or end with a space.'],
  ['x'.repeat(65), 'It is longer than 64 characters.'],
])('a new name "%s"', (name, problem) => {
  expect(describeNameProblem(name, foldNames(['acme', 'straße']))).toBe(problem)
})

describe('rows that are drawn', () => {
  const draw = (startIndex: number, count: number, size = 8) =>
    listRows({ startIndex, endIndex: startIndex + 3, overscan: 2, count }, size)
  test('always as many, with what can be seen among them', () => {
    expect(draw(0, 100)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(draw(50, 100)).toEqual([48, 49, 50, 51, 52, 53, 54, 55])
    expect(draw(96, 100)).toEqual([92, 93, 94, 95, 96, 97, 98, 99])
    expect(draw(0, 3)).toEqual([0, 1, 2])
    expect(draw(0, 0)).toEqual([])
  })
  test('each element draws one row, in the order of elements', () => {
    for (const start of [0, 1, 7, 50, 96]) {
      const slots = toSlots(draw(start, 100), 8)
      expect(slots.map(({ slot }) => slot)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
      expect(slots.every(({ index, slot }) => index % 8 === slot)).toBe(true)
    }
  })
})

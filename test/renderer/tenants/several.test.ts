import { describe, expect, test } from 'vitest'
import {
  announceBulk,
  type BulkState,
  describeEnd,
  describeResults,
  describeUnlisted,
  noBulk,
} from '../../../src/renderer/features/tenants/bulk/bulk-state.ts'
import { countEntries } from '../../../src/renderer/features/tenants/bulk/count-entries.ts'
import { countUnbegun, describeLeaving } from '../../../src/renderer/features/tenants/bulk/leaving.ts'
import { asksToSuspend, verbWords, whyNot } from '../../../src/renderer/features/tenants/bulk/verbs.ts'
import {
  fieldOf,
  hasUsableNumbers,
  toCreateInput,
} from '../../../src/renderer/features/tenants/create/new-tenant.ts'
import { countTotals } from '../../../src/renderer/features/tenants/totals.ts'
import { type Ended, runEach } from '../../../src/renderer/rpc/run-each.ts'
import { makeTenant } from './tenant.ts'

describe('the same with several', () => {
  test('so many at a time, one failure stops none, results keep their order', async () => {
    let under = 0
    let most = 0
    const told: string[] = []
    const results = await runEach(
      Array.from({ length: 30 }, (_, index) => index),
      async (index) => {
        most = Math.max(most, ++under)
        await new Promise((resolve) => setImmediate(resolve))
        under -= 1
        if (index === 7) throw new Error('no')
        return index * 2
      },
      {
        ...{ hostOf: () => 'web1', atOnce: 8, signal: new AbortController().signal },
        onEnded: ({ kind }) => told.push(kind),
      },
    )
    expect(most).toBe(8)
    expect(results.map(({ item }) => item)).toEqual(Array.from({ length: 30 }, (_, index) => index))
    expect(results.filter(({ kind }) => kind === 'failed').map(({ item }) => item)).toEqual([7])
    expect(told).toHaveLength(30)
  })

  test('one host that does not answer holds up no other', async () => {
    let letGo = (): void => {}
    const hung = new Promise<void>((resolve) => {
      letGo = resolve
    })
    const [ended, begun]: [number[], number[]] = [[], []]
    const works = runEach(
      Array.from({ length: 30 }, (_, index) => index),
      async (index) => {
        begun.push(index)
        if (index < 20) await hung
        else ended.push(index)
        if (ended.length === 10) letGo()
      },
      {
        hostOf: (index) => (index < 20 ? 'web1' : 'web2'),
        ...{ atOnce: 8, signal: new AbortController().signal, onEnded: () => {} },
      },
    )
    await works
    expect(ended).toHaveLength(10)
    expect(begun.slice(0, 16).filter((index) => index < 20)).toHaveLength(8)
  })

  test('calling off begins no more and lets what is under way end', async () => {
    const off = new AbortController()
    const begun: number[] = []
    const results: readonly Ended<number, number>[] = await runEach(
      [0, 1, 2, 3, 4, 5],
      async (index) => {
        begun.push(index)
        if (index === 1) off.abort()
        await new Promise((resolve) => setImmediate(resolve))
        return index
      },
      { hostOf: () => 'web1', atOnce: 2, signal: off.signal, onEnded: () => {} },
    )
    expect(begun).toEqual([0, 1])
    expect(results.map(({ kind }) => kind)).toEqual([
      ...['done', 'done', 'not-begun', 'not-begun', 'not-begun', 'not-begun'],
    ])
    expect(describeResults('suspended', results, 3)).toBe('2 suspended, 4 not begun, 3 left out')
  })

  test('one alone that failed says why in the line', () => {
    const error = new Error('closed')
    const end = (names: readonly string[], failing: readonly string[]): BulkState & { kind: 'over' } => ({
      ...{ kind: 'over', words: verbWords.suspend, leftOut: [], again: () => {}, back: undefined },
      results: names.map((name) => {
        const item = makeTenant({ id: name, name })
        return failing.includes(name) ? { kind: 'failed', item, error } : { kind: 'done', item, result: item }
      }),
    })
    const why = 'acme: Memharbor did not answer.'
    expect(describeEnd(end(['acme'], ['acme']))).toBe(why)
    expect(describeEnd(end(['acme', 'shop', 'old'], ['acme']))).toBe(`2 suspended, 1 failed. ${why}`)
    expect(describeEnd(end(['acme', 'shop'], ['acme', 'shop']))).toBe('2 failed')
    expect(announceBulk(end(['acme'], ['acme']))).toBe(why)
    const left = [{ tenant: makeTenant({ id: 'a', name: 'acme' }), why: 'it is suspended already' }]
    expect(describeEnd({ ...end([], []), leftOut: left })).toBe('acme was left out: it is suspended already')
  })

  test('nothing is nothing', async () => {
    const signal = new AbortController().signal
    const options = { hostOf: () => 'web1', atOnce: 8, signal, onEnded: () => {} }
    expect(await runEach([], async () => 1, options)).toEqual([])
    expect(describeResults('deleted', [], 0)).toBe('Nothing was done')
  })

  test.each<[what: string, state: Partial<Extract<BulkState, { kind: 'running' }>>, unbegun: number]>([
    ['it just began', { begun: 8 }, 12],
    ['some ended', { begun: 13, done: 3, failed: 2 }, 7],
    ['the last ones are under way', { begun: 20, done: 12 }, 0],
    ['it was stopped', { begun: 8, stopping: true }, 0],
    ['all began at once', { begun: 8, total: 8 }, 0],
  ])('leaving the page loses what has not begun: %s', (_what, part, unbegun) => {
    const words = verbWords.restart
    const state: BulkState = {
      ...{ kind: 'running', words, total: 20, begun: 0, done: 0, failed: 0, stopping: false, stop: () => {} },
      ...part,
    }
    expect(countUnbegun(state)).toBe(unbegun)
    expect(describeLeaving(state)?.includes(`${unbegun} not begun`)).toBe(unbegun > 0 ? true : undefined)
    expect(countUnbegun(noBulk)).toBe(0)
  })

  test('what a list has no room for is told as what became of it', () => {
    const kinds = (kind: 'done' | 'failed' | 'not-begun', many: number) =>
      Array.from({ length: many }, () => ({ kind }))
    expect(describeUnlisted('suspended', [], [])).toBe('')
    expect(describeUnlisted('suspended', [...kinds('failed', 2), ...kinds('not-begun', 8_164)], [1])).toBe(
      '8,167 more are not listed: 2 failed, 8,164 not begun, 1 left out.',
    )
  })

  test('a screen reader is told the beginning, each quarter and the end', () => {
    const running = (done: number, failed = 0, stopping = false): BulkState => ({
      ...{ kind: 'running', words: verbWords.suspend, total: 8_666, begun: 8_666, done, failed, stopping },
      stop: () => {},
    })
    const told = Array.from({ length: 8_667 }, (_, done) => announceBulk(running(done)))
    expect([...new Set(told)]).toEqual(
      ['0', '2,167', '4,333', '6,500', '8,666'].map((reached) => `Suspending: ${reached} of 8,666`),
    )
    expect(announceBulk(running(4_000, 400))).toBe(announceBulk(running(4_400)))
    expect(announceBulk(running(1, 0, true))).toMatch(/^Stopping/)
    expect(announceBulk({ kind: 'none' })).toBe('')
  })

  test('access is not taken away from many without a question', () => {
    const many = (length: number, state: 'running' | 'suspended') =>
      Array.from({ length }, (_, index) => makeTenant({ id: `${state}${index}`, state }))
    expect(asksToSuspend(many(20, 'running'))).toBe(false)
    expect(asksToSuspend(many(21, 'running'))).toBe(true)
    expect(asksToSuspend([...many(20, 'running'), ...many(500, 'suspended')])).toBe(false)
  })

  test('a verb leaves out whom it has no use for', () => {
    const running = makeTenant({ id: 'a', tags: ['vip'], allow: [{ cidr: '203.0.113.9/32', label: '' }] })
    const suspended = makeTenant({ id: 'b', state: 'suspended' })
    const creating = makeTenant({ id: 'c', state: 'creating' })
    expect(whyNot({ kind: 'suspend' }, running)).toBe('')
    expect(whyNot({ kind: 'suspend' }, suspended)).toBe('it is suspended already')
    expect(whyNot({ kind: 'resume' }, running)).toBe('it is not suspended')
    expect(whyNot({ kind: 'delete' }, creating)).toBe('it is being created')
    expect(whyNot({ kind: 'delete' }, makeTenant({ id: 'd', state: 'deleting' }))).toBe('')
    expect(whyNot({ kind: 'tag', tags: ['vip'] }, running)).toBe('it has the tags already')
    expect(whyNot({ kind: 'tag', tags: ['vip', 'eu'] }, running)).toBe('')
    expect(whyNot({ kind: 'revoke', cidrs: ['203.0.113.9/32'] }, running)).toBe('')
    expect(whyNot({ kind: 'revoke', cidrs: ['203.0.113.9/32'] }, suspended)).not.toBe('')
    const allow = Array.from({ length: 999 }, (_, n) => ({ cidr: `10.0.${n >> 8}.${n & 255}/32`, label: '' }))
    const full = makeTenant({ id: 'e', allow })
    const allowing = (...cidrs: string[]) =>
      ({ kind: 'allow', entries: cidrs.map((cidr) => ({ cidr })) }) as const
    expect(whyNot(allowing('203.0.113.9/32', '10.0.0.1/32'), full)).toBe('')
    expect(whyNot(allowing('203.0.113.9/32', '203.0.113.8/32'), full)).toMatch(/more than 1,000/)
    expect(whyNot(allowing('anyone'), full)).toMatch(/more than 1,000/)
    expect(whyNot(allowing('anyone'), running)).toBe('')
  })

  test('entries of several allowlists are counted', () => {
    const entry = (cidr: string, label = '') => ({ cidr, label })
    const tenants = [
      makeTenant({ id: 'a', allow: [entry('203.0.113.9/32'), entry('198.51.100.0/24', 'office')] }),
      makeTenant({ id: 'b', allow: [entry('203.0.113.9/32', 'ci')] }),
    ]
    expect(countEntries(tenants)).toEqual([
      { cidr: '203.0.113.9/32', label: 'ci', count: 2 },
      { cidr: '198.51.100.0/24', label: 'office', count: 1 },
    ])
  })

  test('what there is, in a line', () => {
    const tenants = [
      makeTenant({ id: 'a', memoryMb: 1024, health: 'full' }),
      makeTenant({
        id: 'b',
        state: 'failed',
        memoryMb: 512,
        openToAnyone: true,
        health: 'changed',
        faults: ['network', 'limits'],
      }),
    ]
    expect(countTotals(tenants)).toEqual({
      states: ['1 running', '1 failed'],
      anyone: '1 open to anyone',
      pending: '',
      alarms: ['1 changed'],
      others: ['1 memory full'],
      memory: '1.5 GB of memory given',
    })
  })
})

describe('a new tenant', () => {
  const entered = {
    ...{ name: ' acme ', host: undefined, memoryMb: '', maxConnections: '' },
    ...{ allowText: '', notes: ' ', tags: [] },
  }
  test('what was not entered is left to the settings', () => {
    expect(toCreateInput(entered, { entries: [] })).toEqual({ name: 'acme' })
    const allow = { entries: [{ cidr: '20.0.0.0/7' }], confirmed: 'wide' } as const
    expect(toCreateInput({ ...entered, memoryMb: 128, tags: ['x'] }, allow)).toEqual({
      ...{ name: 'acme', memoryMb: 128, tags: ['x'] },
      ...{ allow: [{ cidr: '20.0.0.0/7' }], confirmed: 'wide' },
    })
  })
  test.each<[memoryMb: number | string, maxConnections: number | string, usable: boolean]>([
    ['', '', true],
    [128, 1024, true],
    ['9999999999999999', '', false],
    ['', '9999999999999999', false],
    [3, '', false],
    ['', 63, false],
    ['-', '', false],
  ])('memory %o and connections %o: can be made %s', (memoryMb, maxConnections, usable) => {
    expect(hasUsableNumbers({ ...entered, memoryMb, maxConnections })).toBe(usable)
  })
  test('a refusal is shown at its field', () => {
    expect(fieldOf('NAME_TAKEN', { noun: 'tenant', name: 'acme' })).toBe('name')
    expect(fieldOf('INVALID_INPUT', { field: 'max-connections' })).toBe('connections')
    expect(fieldOf('INVALID_INPUT', { field: 'something new' })).toBeUndefined()
    expect(fieldOf('HOST_UNREACHABLE', {})).toBeUndefined()
  })
})

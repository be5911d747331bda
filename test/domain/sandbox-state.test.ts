import { describe, expect, test } from 'vitest'
import type { SandboxState } from '../../src/contract/sandbox.ts'
import { nextSandboxState, type SandboxEvent } from '../../src/domain/sandbox-state.ts'

const said = (sentence: string): SandboxEvent => ({ kind: 'said', sentence })
const line = (held: boolean): SandboxEvent => ({ kind: 'line', sentence: 'it times out', held, seen: '7 ms' })
const ended = (reason = '', lines: string[] = []): SandboxEvent => ({ kind: 'ended', reason, said: lines })
const started: SandboxEvent = { kind: 'started' }
const up: SandboxEvent = { kind: 'up', proven: true }
const stopping: SandboxEvent = { kind: 'stopping' }

const reached = (...events: SandboxEvent[]): SandboxState =>
  events.reduce<SandboxState>(nextSandboxState, { kind: 'none' })

const stepsOf = (state: SandboxState): readonly string[] =>
  'steps' in state ? state.steps.map(({ sentence, state }) => `${sentence}: ${state}`) : []

describe('the way of a sandbox', () => {
  test.each([
    ['nothing is there', [], 'none', []],
    ['one step at a time', [started, said('one.'), said('two')], 'starting', ['one: done', 'two: started']],
    ['lines that hold are not told', [started, said('one'), line(true), up], 'up', ['one: done']],
    [
      'a line that does not hold is told',
      [started, said('one'), line(false), said('two'), up],
      'up',
      ['one: failed', 'it times out: 7 ms: failed', 'two: done'],
    ],
    [
      'it is stopped',
      [started, said('one'), up, stopping, said('away')],
      'stopping',
      ['one: done', 'away: started'],
    ],
    ['and is gone', [started, up, stopping, said('away'), ended()], 'none', []],
    ['it ends by itself', [started, said('one'), ended()], 'failed', ['one: failed']],
    [
      'it breaks, and what it made is removed',
      [started, said('one'), { kind: 'broke' }, said('away'), ended('no memory')],
      'failed',
      ['one: failed', 'away: done'],
    ],
    ['what comes too late', [said('one'), up, stopping, ended('late')], 'none', []],
    ['it begins anew', [started, said('one'), ended(), started], 'starting', []],
  ] satisfies [string, SandboxEvent[], string, string[]][])('%s', (_, events, kind, steps) => {
    const state = reached(...events)
    expect(state.kind).toBe(kind)
    expect(stepsOf(state)).toEqual(steps)
  })

  test('why it failed is told with what to do, and what its programs said is kept beside', () => {
    const failed = reached(started, ended('npm ci failed.', ['E404', 'npm ci failed.']))
    expect(failed).toMatchObject({
      message: 'The sandbox does not run: npm ci failed.',
      advice: expect.stringContaining('npm run try'),
      said: ['E404', 'npm ci failed.'],
    })
    expect(reached(started, up, ended())).toMatchObject({
      message: 'The sandbox does not run: it ended by itself.',
    })
  })

  test('not more steps are kept than anybody reads', () => {
    const many = reached(started, ...Array.from({ length: 1000 }, (_, index) => said(`step ${index}`)))
    expect(stepsOf(many)).toHaveLength(100)
  })
})

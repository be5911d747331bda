import { describe, expect, it } from 'vitest'
import { describeLoss } from '../../../src/core/tenant/describe-end.ts'
import {
  type ContainerEvent,
  type EndedState,
  isYoung,
  judgeEnd,
  spanOfUp,
  windowOf,
} from '../../../src/core/tenant/judge-end.ts'

const at = '2026-11-29T09:16:02.500000000Z'
const died = Date.parse(at)
/** As Docker has it after it started a container again by itself. */
const again: EndedState = {
  ...{ running: true, exitCode: 0, oomKilled: false, restarts: 1 },
  ...{ startedAt: '2026-11-29T09:16:02.900000000Z', finishedAt: at },
}
const event = (action: string, ms = 0, exitCode?: number): ContainerEvent => ({
  ...{ action, exitCode, at: died + ms },
})

describe('how a container ended', () => {
  it.each<[string, Partial<EndedState>, ContainerEvent[], object | null]>([
    ['never', { finishedAt: '0001-01-01T00:00:00Z' }, [], null],
    [
      'it is down, so Docker knows',
      { running: false, exitCode: 137, oomKilled: true },
      [],
      { status: 137, outOfMemory: true },
    ],
    ['it was killed', {}, [event('die', 3, 137)], { status: 137, outOfMemory: false, planned: false }],
    [
      'memory ran out, which is told before',
      {},
      [event('oom', -40), event('die', 3, 137)],
      { status: 137, outOfMemory: true, planned: false },
    ],
    [
      'memory ran out, which is told after',
      {},
      [event('die', 3, 137), event('oom', 20)],
      { status: 137, outOfMemory: true, planned: false },
    ],
    ['it ended by itself', {}, [event('die', 3, 71)], { status: 71, outOfMemory: false, planned: false }],
    [
      'somebody asked for it',
      { restarts: 0 },
      [event('kill', -30), event('die', 3, 0)],
      { status: 0, outOfMemory: false, planned: true },
    ],
    [
      'an earlier end is not this one',
      {},
      [event('die', -5_000, 1)],
      { status: null, outOfMemory: null, planned: false },
    ],
    [
      'killed right after somebody had restarted it',
      {},
      [event('kill', -4_030), event('die', -4_000, 0), event('die', 3, 137)],
      { status: 137, outOfMemory: false, planned: false },
    ],
    [
      'asked for right after it had run out of memory',
      {},
      [event('oom', -4_010), event('die', -4_000, 137), event('kill', -30), event('die', 3, 0)],
      { status: 0, outOfMemory: false, planned: true },
    ],
    [
      'with its Docker, whose events are gone',
      { restarts: 0 },
      [],
      { status: null, outOfMemory: null, planned: true },
    ],
  ])('%s', (_, change, events, expected) => {
    const seen = judgeEnd({ ...again, ...change }, events)
    if (expected === null) expect(seen).toBeNull()
    else expect(seen).toMatchObject({ at, ...expected })
  })

  it.each<[string, string | null, Partial<EndedState>, object]>([
    ['began anew between its end and its start', '2026-11-29T09:16:02.7Z', {}, { planned: false }],
    ['had begun before its end', '2026-11-29T09:16:02.4Z', {}, { planned: true, dockerBegan: null }],
    [
      'began after its start, for it ran on',
      '2026-11-29T09:16:03Z',
      {},
      { planned: true, dockerBegan: null },
    ],
    ['says no time', 'soon', {}, { planned: true, dockerBegan: null }],
    ['does not say it', null, {}, { planned: true, dockerBegan: null }],
    ['had started it by itself before', null, { restarts: 2 }, { planned: false, dockerBegan: null }],
  ])('is with its Docker, where that %s', (_, began, change, expected) => {
    const state = { ...again, restarts: 0, ...change }
    const seen = judgeEnd(state, [], began)
    expect(seen).toMatchObject({ at, status: null, outOfMemory: null, ...expected })
    if (seen?.dockerBegan != null) expect(seen.dockerBegan).toBe('2026-11-29T09:16:02.700Z')
  })

  it('is with its Docker that ended it when it began anew, and told that', () => {
    const events = [event('kill', -30), event('die', 3, 0)]
    const seen = judgeEnd({ ...again, restarts: 0 }, events, '2026-11-29T09:16:02.7Z')
    expect(seen).toMatchObject({ status: null, planned: false, dockerBegan: '2026-11-29T09:16:02.700Z' })
  })

  it('is asked for between a while before and its start, and not where Docker knows it', () => {
    const window = windowOf(again)
    expect(window?.since).toBeLessThan(died - 5_000)
    expect(window?.until).toBe(Date.parse(again.startedAt) + 1_000)
    expect(windowOf({ ...again, running: false })).toBeNull()
    expect(windowOf({ ...again, finishedAt: '0001-01-01T00:00:00Z' })).toBeNull()
    expect(windowOf({ ...again, finishedAt: 'no time' })).toBeNull()
  })

  it('is a sentence', () => {
    const told = (status: number | null, outOfMemory: boolean | null) =>
      describeLoss({ at, status, outOfMemory, planned: false, dockerBegan: null })
    const lost = `(${at}). It runs again, and what was in the cache then is lost.`
    expect(told(137, true)).toBe(`memcached was killed, because its memory was used up ${lost}`)
    expect(told(137, false)).toBe(`memcached was killed ${lost}`)
    expect(told(71, false)).toBe(`memcached ended with status 71 ${lost}`)
    expect(told(null, null)).toContain('how is not known')
    const withDocker = { ...{ at, status: null, outOfMemory: null }, planned: false, dockerBegan: at }
    expect(describeLoss(withDocker)).toBe(`memcached ended with its Docker, which was started again ${lost}`)
  })
})

it.each([
  ['Up Less than a second', true, 0, 1_000],
  ['Up 1 second', true, 1_000, 2_000],
  ['Up 7 seconds', true, 7_000, 8_000],
  ['Up About a minute', true, 60_000, 120_000],
  ['Up 59 minutes', true, 3_540_000, 3_600_000],
  ['Up About an hour (healthy)', true, 3_600_000, 7_200_000],
  ['Up 24 hours', true, 84_600_000, 90_000_000],
  ['Up 25 hours', false, 88_200_000, 93_600_000],
  ['Up 3 days', false, 259_200_000, 345_600_000],
  ['Up 2 weeks', false, undefined, undefined],
  ['Exited (0) 3 seconds ago', false, undefined, undefined],
  ['Restarting (1) 3 seconds ago', false, undefined, undefined],
])('%s: since less than a day: %s; up for %s to %s ms', (status, young, leastMs, mostMs) => {
  expect(isYoung(status)).toBe(young)
  expect(spanOfUp(status)).toEqual(leastMs === undefined ? undefined : { leastMs, mostMs })
})

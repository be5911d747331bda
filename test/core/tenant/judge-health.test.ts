import { describe, expect, test } from 'vitest'
import type { TenantFigures } from '../../../src/contract/tenant.ts'
import { type HealthFacts, judgeBehindFilter, judgeHealth } from '../../../src/core/tenant/judge-health.ts'
import type { Vital } from '../../../src/core/tenant/vital.ts'

const megabyte = 2 ** 20
const figures: TenantFigures = {
  ...{ id: 'a', observedAt: '2026-11-22T13:00:00.000Z', version: '1.6.45', uptimeSeconds: 60 },
  ...{ usedBytes: megabyte, limitBytes: 64 * megabyte, items: 1, connections: 3 },
  ...{ getHits: 1, getMisses: 0, evictions: 0 },
}
const answered = (part: Partial<TenantFigures> = {}): Vital => ({
  kind: 'answered',
  figures: { ...figures, ...part },
  givenMb: 64,
})
const silent = (times: number, isRefused = false, held?: number): Vital => ({
  ...{ kind: 'silent', times, isRefused },
  clients: held === undefined ? null : { held, waiting: 0 },
})
const running: HealthFacts = {
  ...{ state: 'running', isLeftover: false, isAway: false, container: 'running', faults: [] },
  ...{ vital: answered(), maxConnections: 64, usableConnections: 64 },
}
const judge = (part: Partial<HealthFacts>) => judgeHealth({ ...running, ...part })

describe('the health of a tenant', () => {
  test.each<[string, Partial<HealthFacts>, string]>([
    ['it answers', {}, 'ok'],
    ['it is suspended and answers', { state: 'suspended' }, 'ok'],
    ['nobody has asked it', { vital: undefined }, 'unknown'],
    ['one question without an answer', { vital: silent(1) }, 'unknown'],
    ['two of them', { vital: silent(2) }, 'unresponsive'],
    ['it does not run', { state: 'stopped', container: 'exited' }, 'unresponsive'],
    ['its container is gone', { state: 'failed', container: null }, 'unresponsive'],
    ['the filter does not know it', { state: 'failed' }, 'changed'],
    ['it ends again and again', { state: 'failed', container: 'restarting' }, 'restarting'],
    ['its host is away', { state: 'unknown', isAway: true, container: null }, 'host-away'],
    ['its host cannot be looked at', { state: 'unknown', container: null }, 'unknown'],
    ['it is being made', { state: 'creating', container: null, vital: undefined }, 'unknown'],
    ['what is left of it', { state: 'failed', isLeftover: true, container: null }, 'unknown'],
    ['a fault', { faults: ['changed'] }, 'changed'],
    ['a fault of one that nobody has asked', { faults: ['network'], vital: undefined }, 'changed'],
    ['a fault of one that does not answer', { faults: ['listener'], vital: silent(2) }, 'unresponsive'],
    ['all connections but one', { vital: answered({ connections: 63 }) }, 'ok'],
    ['all connections', { vital: answered({ connections: 64 }) }, 'connections-exhausted'],
    ['more of them', { vital: answered({ connections: 67 }) }, 'connections-exhausted'],
    ['it takes no more', { vital: silent(1, true) }, 'connections-exhausted'],
    ['its host counts all of them', { vital: silent(1, false, 68) }, 'connections-exhausted'],
    ['its host counts fewer', { vital: silent(2, false, 63) }, 'unresponsive'],
    [
      'all that an earlier container has',
      { vital: silent(1, false, 40), usableConnections: 40 },
      'connections-exhausted',
    ],
    ['full', { vital: answered({ usedBytes: 60 * megabyte, evictions: 1 }) }, 'full'],
    ['full of items of 700 bytes', { vital: answered({ usedBytes: 51 * megabyte, evictions: 1 }) }, 'full'],
    ['full without a loss', { vital: answered({ usedBytes: 60 * megabyte }) }, 'ok'],
    ['losses before it grew', { vital: answered({ usedBytes: 30 * megabyte, evictions: 9 }) }, 'ok'],
  ])('%s', (_what, facts, health) => {
    expect(judge(facts).health).toBe(health)
  })

  test('is said in words where no fault says it', () => {
    expect(judge({}).sentence).toBe('')
    expect(judge({ vital: silent(2) }).sentence).toBe('Its container runs, but memcached does not answer.')
    expect(judge({ vital: answered({ connections: 67 }) }).sentence).toBe(
      'Connection limit reached, 67 of 64.',
    )
    expect(judge({ vital: silent(1, true, 68) }).sentence).toBe('Connection limit reached, 68 of 64.')
    expect(judge({ vital: silent(1, true) }).sentence).toBe('Connection limit reached.')
    expect(judge({ vital: answered({ connections: 40 }), usableConnections: 40 }).sentence).toMatch(
      /^Connection limit reached, 40 of the 64\. memcached keeps the others for itself/,
    )
  })

  test('behind a filter with a fault nothing is well, and what is worse is still said', () => {
    expect(judgeBehindFilter('ok', true)).toBe('changed')
    expect(judgeBehindFilter('ok', false)).toBe('ok')
    expect(judgeBehindFilter('unresponsive', true)).toBe('unresponsive')
    expect(judgeBehindFilter('host-away', true)).toBe('host-away')
  })
})

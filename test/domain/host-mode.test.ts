import { describe, expect, it } from 'vitest'
import { judgeMode, type KnownMode } from '../../src/domain/host-mode.ts'
import type { HostObservation } from '../../src/domain/host-observation.ts'
import { bare, noDocker, notPrepared, ready, withDocker, withFacts, withHelper } from './observations.ts'

const unknown: KnownMode = { mode: 'unknown', modeReason: '', tenants: 0 }
const filtered: KnownMode = { ...unknown, mode: 'filtered' }
const local: KnownMode = { ...unknown, mode: 'loopback', modeReason: 'as asked' }

const unclear = { ...ready, helper: notPrepared, sudo: { kind: 'unclear', words: 'no tty' } } as const
const fresh = { ...unclear, facts: withFacts({ helper: null }).facts }
const desktop = withDocker({ desktop: true }).docker

describe('the mode of a host', () => {
  it.each<[string, HostObservation, KnownMode, boolean, string]>([
    ['a fresh server', bare, unknown, false, 'filtered'],
    ['a fresh server, by choice', bare, unknown, true, 'loopback'],
    ['a fresh server with Docker Desktop', { ...fresh, docker: desktop }, unknown, false, 'loopback'],
    ['a fresh server whose sudo cannot be asked', { ...bare, sudo: unclear.sudo }, unknown, false, 'unclear'],
    ['the same, by choice', { ...bare, sudo: unclear.sudo }, unknown, true, 'loopback'],
    ['a filtered one', ready, filtered, false, 'filtered'],
    ['a filtered one whose sudo cannot be asked', unclear, filtered, false, 'unclear'],
    ['a filtered one, by choice', unclear, filtered, true, 'loopback'],
    [
      'one with a helper that the store does not know, with Docker Desktop',
      { ...unclear, docker: desktop },
      unknown,
      false,
      'kept filtered',
    ],
    ['a filtered one with tenants, by choice', ready, { ...filtered, tenants: 1 }, true, 'kept filtered'],
    [
      'one whose tenants only the helper has, by choice',
      withHelper({ tenants: 1 }),
      filtered,
      true,
      'kept filtered',
    ],
    [
      'one whose tenants only Docker has, with Docker Desktop',
      { ...fresh, docker: withDocker({ tenants: ['a'], desktop: true }).docker },
      unknown,
      false,
      'kept filtered',
    ],
    ['a filtered one with Docker Desktop', { ...unclear, docker: desktop }, filtered, false, 'kept filtered'],
    [
      'a local one with Docker Desktop',
      { ...fresh, docker: desktop },
      { ...local, tenants: 2 },
      false,
      'loopback',
    ],
    ['a local one whose sudo cannot be asked', fresh, { ...local, tenants: 2 }, false, 'unclear'],
    ['a local one that could be filtered', ready, local, false, 'filtered'],
    ['the same while Docker does not answer', { ...ready, docker: noDocker }, local, false, 'unclear'],
    ['the same with tenants', ready, { ...local, tenants: 2 }, false, 'kept loopback'],
    ['the same with tenants, by choice', ready, { ...local, tenants: 2 }, true, 'loopback'],
  ])('%s', (_, seen, known, chosen, expected) => {
    const verdict = judgeMode(seen, known, chosen)
    expect(verdict.kind === 'kept' ? `kept ${verdict.mode}` : verdict.kind).toBe(expected)
  })
})

import { describe, expect, it } from 'vitest'
import type { Account } from '../../src/core/operator/operator.ts'
import { describeFiltering } from '../../src/domain/filter-checks.ts'
import type { HostObservation } from '../../src/domain/host-observation.ts'
import { hasCurrentRules, listLeaving, listOperators, listReused } from '../../src/domain/operators.ts'
import { bundled, failed, notPrepared, ok, ready, withHelper } from './observations.ts'

const present = (name: string, uid: number): Account => ({ name, account: 'present', uid, docker: true })
const accounts: readonly Account[] = [
  present('ann', 1001),
  { name: 'bob', account: 'absent', uid: null, docker: null },
  { name: 'carl', account: 'present', uid: 1003, docker: false },
  present('deploy', 1000),
  { name: 'eve', account: 'unclear', uid: null, docker: null },
]
const names = ['ALL', 'ann', 'bob', 'carl', 'deploy', 'eve']
const rules = accounts.map(({ name, uid }) => ({ name, uid: uid ?? 1009 }))
const seen: HostObservation = { ...withHelper({ operators: names, rules }), accounts: ok(accounts) }
const silent = failed({ code: 'TIMED_OUT', details: { host: 'web', action: 'look', afterMs: 1 } })

describe('the operators of a host', () => {
  it('are judged each by itself', () => {
    expect(listOperators(seen).map(({ name, standing, isSelf }) => [name, standing, isSelf])).toEqual([
      ['ALL', 'alias', false],
      ['ann', 'present', false],
      ['bob', 'no-account', false],
      ['carl', 'no-docker', false],
      ['deploy', 'present', true],
      ['eve', 'unclear', false],
    ])
    expect(listLeaving(seen).map(({ name }) => name)).toEqual(['ALL', 'bob', 'carl'])
  })

  it('leave only when they were looked up, and never while they ask', () => {
    expect(listLeaving({ ...seen, accounts: silent }).map(({ name }) => name)).toEqual(['ALL'])
    const outside: Account = { ...present('deploy', 1000), docker: false }
    expect(listLeaving({ ...ready, accounts: ok([outside]) })).toEqual([])
    expect(listLeaving({ ...seen, helper: notPrepared })).toEqual([])
  })

  it.each<[string, HostObservation, boolean]>([
    ['each by its uid', seen, true],
    ['by their names', withHelper({ rules: [{ name: 'deploy', uid: null }] }), false],
    ['by a uid that is another one now', withHelper({ rules: [{ name: 'deploy', uid: 1009 }] }), false],
    ["without the tag for sudo's noexec", withHelper({ ruleTags: 'plain' }), false],
    ['without it, because visudo refuses it', withHelper({ ruleTags: 'refused' }), true],
    ['of whom one has none', withHelper({ rules: [] }), false],
    ['which an earlier helper does not tell', withHelper({ rules: null }), true],
    ['whose accounts could not be looked up', { ...withHelper({ rules: [] }), accounts: silent }, true],
    ['of whom one is root', { ...withHelper({ rules: [] }), accounts: ok([present('deploy', 0)]) }, true],
  ])('have rules %s', (_, observation, expected) => {
    expect(hasCurrentRules(observation)).toBe(expected)
  })

  describe('whose uid somebody else has now', () => {
    const [mallory, known] = [
      present('mallory', 1001),
      { mode: 'filtered', modeReason: '', tenants: 0 } as const,
    ]
    const ruled = {
      operators: ['ann', 'deploy'],
      rules: [
        { name: 'ann', uid: 1001 },
        { name: 'deploy', uid: 1000 },
      ],
    }
    const look = (ann: Partial<Account>): HostObservation => ({
      ...withHelper(ruled),
      accounts: ok([{ ...present('ann', 1777), ...ann }, present('deploy', 1000), mallory]),
    })
    const check = (observation: HostObservation) =>
      describeFiltering(observation, bundled, known)
        .filter(({ subject, verdict }) => subject === 'Operators' && verdict !== 'good')
        .map(({ verdict, sentence, advice }) => `${verdict}: ${sentence} ${advice}`)

    it.each<[string, Partial<Account>]>([
      ['who has another one', {}],
      ['who could not be looked up', { account: 'unclear', uid: null, docker: null }],
    ])('and %s: the rule is written again', (_, ann) => {
      expect(check(look(ann))).toEqual([
        'missing: The rule of ann goes by a uid that mallory has now, whom the helper refuses. Prepare the host.',
      ])
      expect(listReused(look(ann))).toEqual([{ name: 'ann', other: 'mallory' }])
      expect(hasCurrentRules(look(ann))).toBe(false)
      expect(listLeaving(look(ann))).toEqual([])
    })

    it('and who have left: the rule goes', () => {
      const gone = look({ account: 'absent', uid: null, docker: null })
      const why = 'no account there, and mallory has the uid of the rule now'
      expect(check(gone)).toEqual([`missing: ann may run the helper: ${why}. Prepare the host.`])
      expect(listLeaving(gone)).toEqual([{ name: 'ann', why }])
      expect(hasCurrentRules(gone)).toBe(true)
    })

    it('and who have it still, beside another name for it', () => {
      expect(check(look({ uid: 1001 }))).toEqual([])
      expect(hasCurrentRules(look({ uid: 1001 }))).toBe(true)
    })
  })

  it('are in the check, with what to do', () => {
    const known = { mode: 'filtered', modeReason: '', tenants: 0 } as const
    const lines = describeFiltering(seen, bundled, known).filter(({ subject }) => subject === 'Operators')
    expect(lines.map(({ verdict, sentence, advice }) => `${verdict}: ${sentence} ${advice}`.trim())).toEqual([
      'good: ann, deploy may run the helper.',
      'missing: ALL may run the helper: sudo takes that name for an alias. Prepare the host.',
      'missing: bob may run the helper: no account there. Prepare the host.',
      'missing: carl may run the helper: may not use Docker there. Prepare the host.',
      'note: eve may run the helper; whether they still have an account and Docker there could not be looked up. If they left: `memharbor host operators web --remove eve`.',
    ])
  })
})

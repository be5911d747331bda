import { describe, expect, it } from 'vitest'
import {
  type Account,
  describeLeaving,
  describeStanding,
  isAlias,
  judgeOperator,
  type OperatorStanding,
} from '../../../src/core/operator/operator.ts'

const present: Account = { name: 'ann', account: 'present', uid: 1001, docker: true }

describe('an operator', () => {
  it.each<[string, string, Account | null, OperatorStanding]>([
    ['with an account that may use Docker', 'ann', present, 'present'],
    ['without an account', 'ann', { ...present, account: 'absent', uid: null, docker: null }, 'no-account'],
    ['who may not use Docker', 'ann', { ...present, docker: false }, 'no-docker'],
    ['of whom nobody knows about Docker', 'ann', { ...present, docker: null }, 'unclear'],
    ['who was not found for certain', 'ann', { ...present, account: 'unclear', docker: false }, 'unclear'],
    ['who could not be looked up', 'ann', null, 'unclear'],
    ['who is everybody to sudo', 'ALL', null, 'alias'],
    ['who is an alias to sudo, with an account', 'WEB_2', { ...present, name: 'WEB_2' }, 'alias'],
  ])('%s', (_, name, account, expected) => {
    expect(judgeOperator(name, account)).toBe(expected)
  })

  it('loses the right only where something is certain', () => {
    const standings: OperatorStanding[] = ['present', 'alias', 'no-account', 'no-docker', 'unclear']
    expect(standings.filter((standing) => describeLeaving(standing) !== null)).toEqual([
      ...['alias', 'no-account', 'no-docker'],
    ])
  })

  it('says what is wrong, and nothing where nothing is', () => {
    expect(describeStanding('present')).toBe('')
    expect(describeStanding('unclear')).toBe('could not be looked up')
    expect(describeStanding('no-account')).toBe('no account there; preparing the host takes the right away')
  })

  it.each([
    ['ALL', true],
    ['A', true],
    ['WEB_2', true],
    ['Ann', false],
    ['ann', false],
    ['_ALL', false],
    ['A.B', false],
    ['A-B', false],
  ])('%s is an alias to sudo: %s', (name, expected) => {
    expect(isAlias(name)).toBe(expected)
  })
})

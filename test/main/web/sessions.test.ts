import { expect, test } from 'vitest'
import { createSessions } from '../../../src/main/web/sessions.ts'

test('a token is good once; what it gives is a session and no token', () => {
  const sessions = createSessions(() => 0)
  const token = sessions.issueToken()
  const session = sessions.redeem(token) ?? ''
  expect(session).toMatch(/^[\w-]{43}$/)
  expect(sessions.isSession(session)).toBe(true)
  expect(sessions.isSession(token)).toBe(false)
  expect([sessions.redeem(token), sessions.redeem(session), sessions.redeem('')]).toEqual(
    Array(3).fill(undefined),
  )
})

test('a token for another tab is given by a session only, and is good for 30 s', () => {
  let now = 1_000
  const sessions = createSessions(() => now)
  const link = sessions.issueToken()
  const session = sessions.redeem(sessions.issueToken()) ?? ''
  expect(sessions.passOn(link)).toBeUndefined()
  const [first = '', second = ''] = [sessions.passOn(session), sessions.passOn(session)]
  now += 29_999
  expect(sessions.redeem(first)).toBeDefined()
  now += 1
  expect(sessions.redeem(second)).toBeUndefined()
  // The printed link waits for as long as the program runs.
  now += 10 * 24 * 60 * 60 * 1_000
  expect(sessions.redeem(link)).toBeDefined()
})

test('of many tokens the oldest go', () => {
  const sessions = createSessions(() => 0)
  const tokens = Array.from({ length: 101 }, () => sessions.issueToken())
  expect(sessions.redeem(tokens[0] ?? '')).toBeUndefined()
  expect(sessions.redeem(tokens[1] ?? '')).toBeDefined()
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Problem, problemDetails } from '../../src/contract/problem.ts'
import { describeProblem } from '../../src/domain/describe-problem.ts'
import { fail, ProblemError } from '../../src/domain/problem-error.ts'
import { problemOf } from './problem-of.ts'
import { sampleProblems, unusualProblems } from './problem-samples.ts'

const titled = (problems: readonly Problem[]) => problems.map((problem) => [problem.code, problem] as const)

describe('what people read', () => {
  it.each(titled([...sampleProblems, ...unusualProblems]))(
    'of %s is short, whole and plain',
    (code, problem) => {
      expect(problemDetails[code].parse(problem.details)).toEqual(problem.details)
      const { message, advice } = describeProblem(problem)
      for (const text of [message, advice]) {
        expect(text).toMatch(/^\S.*[^.?\s][.?]$/u)
        // A command or a line of a file is written as it is.
        const words = text.replaceAll(/`[^`]*`/g, '`code`')
        expect(words).not.toMatch(/undefined|null|NaN|\[object|!|\b[Ww]e\b|\b[Oo]ur\b|\.\.|\s{2}|Sorry|Oops/)
        expect(text.length).toBeLessThan(300)
        expect(text).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
      }
    },
  )

  it.each(titled(sampleProblems))('of %s names each detail that is more than a number', (_, problem) => {
    const { message, advice } = describeProblem(problem)
    const words = Object.values(problem.details).filter((detail) => typeof detail === 'string')
    for (const word of words) expect(`${message} ${advice}`).toContain(word)
  })

  it.each<[Problem, string, string]>([
    [
      { code: 'ADDRESS_INVALID', details: { given: 'x', reason: 'it is none', suggestion: '10.0.0.0/8' } },
      '"x" is not usable as an address: it is none.',
      'Did you mean 10.0.0.0/8?',
    ],
    [
      { code: 'TIMED_OUT', details: { host: 'web', action: 'log in', afterMs: 500 } },
      'Host web did not answer in 0.5 s while: log in.',
      'Check the server and the network; then try again.',
    ],
    [
      { code: 'HOST_HAS_TENANTS', details: { host: 'web', tenants: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] } },
      'Host web still has 7 tenants: a, b, c, d, e and 2 more.',
      'Delete them first. To leave them running there, forget the host with `memharbor host remove --forget`.',
    ],
    [
      { code: 'HOST_HAS_TENANTS', details: { host: 'web', tenants: [], count: 34 } },
      'Host web still has 34 tenants in its records.',
      'Delete them first. To leave them running there, forget the host with `memharbor host remove --forget`.',
    ],
    [
      { code: 'HOST_HAS_TENANTS', details: { host: 'web', tenants: [], containers: ['memharbor-a'] } },
      'Host web still has 1 container of tenants of other hosts: memharbor-a.',
      'Where web is not their own server by another name, run `docker rm -f memharbor-a` on it: that removes these copies, and the tenants on their own hosts stay. To leave them running there, forget the host with `memharbor host remove --forget`.',
    ],
    [
      { code: 'MEMORY_OVERCOMMITTED', details: { host: 'web', askedMb: 90.2, freeMb: -3.5 } },
      'Host web has 0 MB left to promise; this tenant needs 91 MB with overhead.',
      'Give the tenant less memory, or use another host.',
    ],
    [
      {
        code: 'NOT_RECORDED',
        details: {
          ...{ tenant: 'beta', host: 'web', action: 'suspending beta' },
          reason: 'The store cannot be used. Put that right, or name another folder with --data.',
        },
      },
      'In force on web, but not kept here: suspending beta. The store cannot be used. Put that right, or name another folder with --data.',
      'An open panel, or the next change on that host, takes it in from there as soon as the store can be written. Until then lists here may show it as it was; nothing has to be done again.',
    ],
  ])('%#', (problem, message, advice) => {
    expect(describeProblem(problem)).toMatchObject({ message, advice })
  })

  it('is one line without what a terminal obeys, whatever a server said', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (said) => {
        const reason = `a\n\u001b[31m\u009b2J\u2028\u202e${said}`
        const { message } = describeProblem({
          code: 'DOCKER_FAILED',
          details: { host: 'web', action: 'start', reason },
        })
        expect(message).toMatch(/^Docker on web failed to start: a \[31m.*\.$/u)
        expect(message).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
      }),
    )
  })

  it('says that a retry can help only where nothing has to be changed for it', () => {
    const retryable = sampleProblems
      .filter((problem) => describeProblem(problem).retryable)
      .map(({ code }) => code)
    expect(retryable).toEqual(
      expect.arrayContaining(['HOST_UNREACHABLE', 'TIMED_OUT', 'STORE_BUSY', 'PLAN_STALE']),
    )
    for (const code of [
      'INVALID_INPUT',
      'HOST_KEY_CHANGED',
      'PASSPHRASE_WRONG',
      'ENTRY_COVERED',
      'INTERNAL',
    ]) {
      expect(retryable).not.toContain(code)
    }
  })
})

describe('a problem that is thrown', () => {
  const problem: Problem = { code: 'PLAN_STALE', details: { host: 'web' } }

  it('carries itself, its sentence, and what was beneath for the log', () => {
    const cause = new Error('beneath')
    expect(problemOf(() => fail(problem))).toEqual(problem)
    const error = new ProblemError(problem, { cause })
    expect(error).toMatchObject({
      name: 'ProblemError',
      problem,
      cause,
      message: describeProblem(problem).message,
    })
    expect(Object.keys(new ProblemError(problem))).not.toContain('cause')
  })
})

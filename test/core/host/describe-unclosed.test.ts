import { expect, it } from 'vitest'
import { describeUnclosed } from '../../../src/core/host/describe-unclosed.ts'

it('is not said where all is closed', () => {
  expect(describeUnclosed([])).toEqual([])
})

it('is one line with each reason once', () => {
  const [since, why] = ['2026-01-02T03:04:05.000Z', 'Host web1 does not answer.']
  expect(
    describeUnclosed([
      { tenant: 'acme', kind: 'revoke', cidrs: ['203.0.113.7/32'], since, why, closed: true },
      { tenant: 'beta', kind: 'suspend', cidrs: [], since, why, closed: false },
      { tenant: 'gamma', kind: 'delete', cidrs: [], since, why: '', closed: false },
    ]),
  ).toEqual([
    {
      subject: 'Closings',
      verdict: 'bad',
      sentence: `Not in force yet: revoke of acme (203.0.113.7/32) since ${since}, suspend of beta since ${since}, delete of gamma since ${since}. ${why}`,
      advice: 'It is tried again until the host has confirmed it.',
    },
  ])
})

it('has its reasons as sentences, one after the other', () => {
  const closing = { kind: 'suspend', cidrs: [], since: '2026-01-02T03:04:05.000Z', closed: false } as const
  const pending = ['acme', 'beta'].map((tenant) => ({
    ...closing,
    cidrs: [],
    tenant,
    why: `It was ${tenant}.`,
  }))
  expect(describeUnclosed(pending)[0]?.sentence).toMatch(/It was acme\. It was beta\.$/)
})

it('does not say that somebody may still get in where the filter is closed', () => {
  const [since, why] = ['2026-01-02T03:04:05.000Z', 'The filter of web1 is closed.']
  const closing = { tenant: 'acme', kind: 'suspend', cidrs: [], since, why, closed: true } as const
  expect(describeUnclosed([{ ...closing, cidrs: [] }])[0]?.sentence).toBe(
    `Closed, but not kept there yet: suspend of acme since ${since}. ${why}`,
  )
})

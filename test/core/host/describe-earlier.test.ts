import { expect, it } from 'vitest'
import { describeEarlier } from '../../../src/core/host/describe-earlier.ts'

const places = [
  { id: 'bbb', name: 'shop', port: 20_001 },
  { id: 'aaa', name: 'acme', port: 20_000 },
]

it('names those of before, which no other line of a check needs', () => {
  expect(describeEarlier({ earlier: [] }, places)).toEqual([])
  const [told, ...others] = describeEarlier({ earlier: ['bbb', 'aaa', 'ccc'] }, places)
  expect(others).toEqual([])
  expect(told).toMatchObject({ subject: 'Memory', verdict: 'note' })
  expect(told?.sentence).toMatch(/: acme, ccc, shop\.$/)
})

it('counts those that are too many for a line', () => {
  const earlier = Array.from({ length: 60 }, (_, at) => `t${at + 10}`)
  expect(describeEarlier({ earlier }, []).at(0)?.sentence).toMatch(/: t10, .*, t59 and 10 more\.$/)
})

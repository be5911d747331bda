import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { listOf, tableOf } from '../../../src/main/adapters/foreign-list.ts'

const port = z.object({ port: z.int() })

describe('a list of a host', () => {
  it('has what fits, without what is not read', () => {
    expect(listOf(port).parse([{ port: 1, more: 2 }, { port: 3 }])).toEqual([{ port: 1 }, { port: 3 }])
    expect(listOf(port).parse([])).toEqual([])
  })

  it.each([null, {}, 'x', [7, 8, 9]])('is none of %j', (value) => {
    expect(listOf(port, 2).safeParse(value).success).toBe(false)
  })

  it('ends at the first that does not fit, with its place', () => {
    const { error } = z.object({ all: listOf(port) }).safeParse({
      all: [{ port: 1 }, { port: 'x' }, ...Array(1_000_000).fill(null)],
    })
    expect(error?.issues.map(({ path }) => path)).toEqual([['all', 1, 'port']])
  })
})

describe('a table of a host', () => {
  it('has any texts as keys, and no prototype of theirs', () => {
    const table = tableOf(port, 2).parse(JSON.parse('{"__proto__":{"port":1},"b":{"port":2}}'))
    expect(Object.entries(table)).toEqual([
      ['__proto__', { port: 1 }],
      ['b', { port: 2 }],
    ])
    expect(Object.getPrototypeOf(table)).toBe(Object.prototype)
  })

  it.each([null, [], 7, { a: 1, b: 2, c: 3 }])('is none of %j', (value) => {
    expect(tableOf(z.int(), 2).safeParse(value).success).toBe(false)
  })

  it('ends at the first that does not fit, with its place', () => {
    const { error } = tableOf(port, 9).safeParse({ a: { port: 1 }, b: {}, c: null })
    expect(error?.issues.map(({ path }) => path)).toEqual([['b', 'port']])
  })
})

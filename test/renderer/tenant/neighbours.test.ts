import { describe, expect, it } from 'vitest'
import { findNeighbours } from '../../../src/renderer/features/tenant/neighbours.ts'
import { tenantOf } from './samples.ts'

describe('who is beside a tenant', () => {
  const [a, b, c] = [tenantOf({ id: 'a' }), tenantOf({ id: 'b' }), tenantOf({ id: 'c' })]
  it('ends at the ends', () => {
    const all = [a, b, c]
    expect(findNeighbours(all, 'a')).toEqual({ place: 1, of: 3, previous: undefined, next: b })
    expect(findNeighbours(all, 'b')).toEqual({ place: 2, of: 3, previous: a, next: c })
    expect(findNeighbours(all, 'c')).toEqual({ place: 3, of: 3, previous: b, next: undefined })
    expect(findNeighbours(all, 'd')).toBeUndefined()
  })
})

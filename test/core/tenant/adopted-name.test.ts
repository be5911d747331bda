import { expect, it } from 'vitest'
import { freeName, freeOtherName, listNameCandidates } from '../../../src/core/tenant/adopted-name.ts'

const acme = { id: 'abc', name: 'acme' }
const heldBy =
  (holders: Readonly<Record<string, string>>) =>
  (name: string): string | undefined =>
    holders[name]

it('is its own, else one with the host, else one with the id', () => {
  expect(listNameCandidates(acme, 'nyc1')).toEqual(['acme', 'acme@nyc1', 'acme-abc'])
})

it.each([
  ['nobody has it', {}, 'acme', 'acme@nyc1'],
  ['the tenant itself has it', { acme: 'abc' }, 'acme', 'acme@nyc1'],
  ['another has it', { acme: 'xyz' }, 'acme@nyc1', 'acme@nyc1'],
  ['others have both', { acme: 'xyz', 'acme@nyc1': 'uvw' }, 'acme-abc', 'acme-abc'],
  ['others have all', { acme: 'x', 'acme@nyc1': 'y', 'acme-abc': 'z' }, 'abc', 'abc'],
])('is free where %s', (_, holders, name, otherName) => {
  expect(freeName(acme, 'nyc1', heldBy(holders))).toBe(name)
  expect(freeOtherName(acme, 'nyc1', heldBy(holders))).toBe(otherName)
})

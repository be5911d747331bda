import { describe, expect, it } from 'vitest'
import { describeFiltering } from '../../../src/domain/filter-checks.ts'
import type { HelperFacts } from '../../../src/domain/host-observation.ts'
import { bundled, withHelper } from '../../domain/observations.ts'

const known = { mode: 'filtered', modeReason: '', tenants: 2 } as const
const check = (filterOnly: HelperFacts['filterOnly']) =>
  describeFiltering(withHelper({ filterOnly }), bundled, known)
    .filter(({ verdict }) => verdict !== 'good')
    .map(({ subject, verdict, sentence, advice }) => `${verdict} ${subject}: ${sentence} ${advice}`)

describe('what is closed in the filter only', () => {
  it('is said with the tenant, the entries and what to do', () => {
    const tenants = [
      { id: 'acme0001', name: 'acme', closed: ['203.0.113.7/32', '2001:db8::/64'] },
      { id: 'beta0002', name: 'beta', closed: ['*', '203.0.113.7/32'] },
    ]
    expect(check({ damaged: false, tenants })).toEqual([
      'bad Closings: acme: 203.0.113.7/32, 2001:db8::/64 are shut out by the filter only: the host could not write its records then, so its next boot lets them in again. Revoke them again as soon as /var/lib/memharbor there can be written: `memharbor tenant revoke acme 203.0.113.7/32 2001:db8::/64`. Until then allowing does not let in.',
      'bad Closings: beta: Everybody is shut out by the filter only: the host could not write its records then, so its next boot lets everybody in again. Suspend it again as soon as /var/lib/memharbor there can be written: `memharbor tenant suspend beta`. Until then allowing does not let in.',
    ])
  })

  it('is counted where there is much of it', () => {
    const tenants = Array.from({ length: 12 }, (_, index) => ({
      id: `t${index}`,
      name: `t${index}`,
      closed: ['*'],
    }))
    const lines = check({ damaged: false, tenants })
    expect(lines).toHaveLength(11)
    expect(lines.at(-1)).toContain('2 more tenants')
  })

  it('is said to be unknown where it cannot be read', () => {
    const [line] = check({ damaged: true, tenants: [] })
    expect(line).toContain('bad Filter: /run/memharbor-unrecorded on web is damaged')
    expect(line).toContain('sudo rm /run/memharbor-unrecorded')
  })

  it('is nothing on a sound host', () => {
    expect(check({ damaged: false, tenants: [] })).toEqual([])
  })
})

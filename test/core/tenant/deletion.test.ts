import { describe, expect, it } from 'vitest'
import { chooseReturned, type Deletion, narrowDeletion } from '../../../src/core/tenant/deletion.ts'

const office = { cidr: '198.51.100.0/24', label: 'office' }
const left = { cidr: '203.0.113.7/32', label: '' }
const at = '2026-11-22T10:02:53.5Z'
const deletion = (change: Partial<Deletion> = {}): Deletion => ({
  ...{ open: true, allow: [office, left], releasedAt: at },
  ...change,
})

describe('of what a tenant had at its delete, no more is kept than its host had', () => {
  const closed = (change: object = {}) => ({ absent: false, was: 7, allow: [left, office], ...change })

  it.each([
    ['all where the host had it so', deletion(), closed(), deletion()],
    ['no entry that was revoked there', deletion(), closed({ allow: [left] }), deletion({ allow: [left] })],
    ['not an entry that only the host had', deletion({ allow: [] }), closed(), deletion({ allow: [] })],
    [
      'not that it was open where others changed it',
      deletion(),
      closed({ was: 8 }),
      deletion({ open: null }),
    ],
    ['that it was suspended', deletion({ open: false }), closed({ was: 8 }), deletion({ open: false })],
    [
      'not that it was open where it had no record',
      deletion(),
      closed({ absent: true, allow: [] }),
      deletion({ open: null }),
    ],
  ])('%s', (_, kept, host, expected) => {
    expect(narrowDeletion(kept, 7, host)).toEqual(expected)
  })
})

describe('a deleted tenant comes back', () => {
  it.each([
    ['open where its host shows that nobody had it since', deletion(), at, true, ''],
    ['open where no host but the store counts', deletion({ releasedAt: null }), undefined, true, ''],
    ['suspended where it was', deletion({ open: false }), at, false, ''],
    ['suspended where that is not known', deletion({ open: null }), at, false, 'nobody gets in'],
    ['suspended where it was released again', deletion(), '2026-11-23T10:02:53Z', false, 'nobody gets in'],
    ['suspended where the host knows no release', deletion(), null, false, 'nobody gets in'],
    ['suspended where the helper told none', deletion({ releasedAt: null }), at, false, 'nobody gets in'],
  ])('%s', (_, kept, releasedAt, open, why) => {
    const returned = chooseReturned(kept, releasedAt)
    expect(returned).toMatchObject({ open, allow: kept.allow })
    if (why === '') expect(returned.closedWhy).toBe('')
    else expect(returned.closedWhy).toContain(why)
  })
})

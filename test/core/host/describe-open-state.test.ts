import { describe, expect, it } from 'vitest'
import { describeFiltering } from '../../../src/domain/filter-checks.ts'
import { bundled, withHelper } from '../../domain/observations.ts'

const known = { mode: 'filtered', modeReason: '', tenants: 2 } as const

describe('a folder or file of the state that others can change', () => {
  it('is said with what to do', () => {
    const seen = withHelper({ openPaths: ['/var/lib/memharbor'] })
    const lines = describeFiltering(seen, bundled, known).filter(({ verdict }) => verdict !== 'good')
    expect(lines).toEqual([
      {
        ...{ subject: 'Filter', verdict: 'bad' },
        sentence:
          '/var/lib/memharbor on web can be changed by others than root, who could let in anybody: the helper lets in nobody more, and takes access away as before.',
        advice:
          'Look at the allowlist of each tenant on web and take away what you did not allow. Then run there: `sudo chown root: /var/lib/memharbor` and `sudo chmod go-w /var/lib/memharbor`.',
      },
    ])
  })
})

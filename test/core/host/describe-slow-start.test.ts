import { expect, it } from 'vitest'
import { describeSlowStart } from '../../../src/core/host/describe-slow-start.ts'
import { usualTimeLimits } from '../../../src/main/adapters/time-limits.ts'

const timeIt = 'Time it there: `time sudo -n /usr/local/sbin/memharbor-host </dev/null`.'

it('a slow start is told with both limits, in one sentence for all who wait', () => {
  expect(describeSlowStart('web', usualTimeLimits)).toContain(
    `sudo on web has not started the helper within 5.0 s. It is waited for, up to 60 s, and to take access away up to 180 s. ${timeIt}`,
  )
})

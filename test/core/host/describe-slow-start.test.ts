import { expect, it } from 'vitest'
import { describeSlowStart } from '../../../src/core/host/describe-slow-start.ts'
import { usualTimeLimits } from '../../../src/main/adapters/time-limits.ts'

const timeIt = 'Time it there: `time sudo -n /usr/local/sbin/memharbor-host </dev/null`.'

it.each([
  [false, usualTimeLimits.startMs, 'It is waited for, up to 60 s.'],
  [true, usualTimeLimits.urgentStartMs, 'To take access away it is waited for, up to 180 s.'],
])('a slow start is told with its own limit (urgent: %s)', (isUrgent, startMs, wait) => {
  const told = describeSlowStart('web', { slowStartMs: usualTimeLimits.slowStartMs, startMs, isUrgent })
  expect(told).toContain(`sudo on web has not started the helper within 5.0 s. ${wait} ${timeIt}`)
})

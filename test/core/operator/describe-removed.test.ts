import { expect, it } from 'vitest'
import { describeRemoved } from '../../../src/core/operator/describe-removed.ts'

const removed = 'ann may not run the helper on web1 any more.'

it('who keeps an account may be root by the docker group', () => {
  for (const standing of ['present', 'unclear', 'alias', 'reused'] as const)
    expect(describeRemoved('web1', { name: 'ann', standing })).toBe(
      `${removed} Who is in the docker group there is root all the same: \`sudo gpasswd -d ann docker\` takes that away.`,
    )
})

it('an account that is gone is in no group', () => {
  expect(describeRemoved('web1', { name: 'ann', standing: 'no-account' })).toBe(removed)
})

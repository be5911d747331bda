import { expect, it } from 'vitest'
import { describeLastKnown, describeUnseen } from '../../../src/main/cli/render-tenant.ts'

it('a host that could not be looked at is named, and each reason is said once', () => {
  const away = 'web1 did not answer.'
  const tenants = [
    { host: 'web1', unseen: away },
    { host: 'web1', unseen: away },
    { host: 'web2', unseen: null },
  ]
  expect(describeLastKnown(tenants)).toMatch(/^web1 could not be looked at: what is shown of its tenants/)
  expect(describeUnseen(tenants)).toEqual([away])
  expect(describeUnseen([{ unseen: null }])).toEqual([])
  expect(describeLastKnown([{ host: 'web2', unseen: null }])).toBeUndefined()
})

import { expect, it } from 'vitest'
import { renderTenant } from '../../../src/main/cli/render-tenant.ts'
import { tenantOf } from '../../renderer/tenant/samples.ts'

const lineOf = (available: boolean): string | undefined => {
  const tenant = {
    ...tenantOf({ name: 'shop' }),
    upgrade: { available, sentence: 'It is an earlier one.' },
  }
  return renderTenant(tenant)
    .split('\n')
    .find((line) => line.startsWith('Upgrade'))
}

it('an upgrade is offered with its reason and its command where it would change anything, and only there', () => {
  expect(lineOf(true)).toMatch(
    /It is an earlier one\. `memharbor tenant upgrade shop` makes another container, with an empty cache\.$/,
  )
  expect(lineOf(false)).toBeUndefined()
  expect(renderTenant(tenantOf({}))).not.toContain('Upgrade')
})

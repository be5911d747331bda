import { expect, it } from 'vitest'
import { renderFaults } from '../../../src/renderer/ui/faults.ts'
import { makeTenant } from '../tenants/tenant.ts'

it('says what is wrong with a tenant in few words', () => {
  expect(renderFaults(makeTenant({ id: 'a' }))).toBe('')
  expect(renderFaults(makeTenant({ id: 'a', faults: ['listener', 'limits'] }))).toBe(
    'Listener gone, no limits',
  )
})

import { expect, it } from 'vitest'
import { isAlarming } from '../../../src/contract/tenant-health.ts'
import { countHealth, renderMark } from '../../../src/renderer/ui/health.ts'
import { makeTenant } from '../tenants/tenant.ts'

it('says what is wrong with a tenant in few words', () => {
  const mark = (part: Partial<Parameters<typeof renderMark>[0]>) =>
    renderMark(makeTenant({ id: 'a', ...part }))
  expect(mark({})).toBe('')
  expect(mark({ faults: ['listener', 'limits'], health: 'changed' })).toBe('Listener gone, no limits')
  expect(mark({ health: 'changed' })).toBe('Changed')
  expect(mark({ faults: ['limits'], health: 'connections-exhausted' })).toBe('No limits, connection limit')
  expect(mark({ state: 'stopped', health: 'unresponsive' })).toBe('')
  expect(mark({ state: 'failed', health: 'restarting' })).toBe('Keeps restarting')
  for (const health of ['ok', 'unknown', 'host-away'] as const) expect(mark({ health })).toBe('')
})

it('counts those that should be seen to, the worst first', () => {
  const tenants = (['full', 'ok', 'unknown', 'host-away', 'unresponsive', 'full'] as const).map(
    (health, at) => makeTenant({ id: String(at), health }),
  )
  expect(countHealth(tenants, isAlarming)).toEqual(['1 no answer'])
  expect(countHealth(tenants, (health) => health !== 'ok')).toEqual([
    ...['1 host away', '1 no answer', '2 memory full', '1 health unknown'],
  ])
})

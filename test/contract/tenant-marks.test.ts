import { describe, expect, it } from 'vitest'
import { listMarks } from '../../src/contract/tenant-marks.ts'
import { tenantOf } from '../renderer/tenant/samples.ts'

describe('the marks of a tenant', () => {
  const lost = tenantOf({ faults: ['cache-lost'] })
  const at = new Date(2026, 10, 30, 9, 16).toISOString()

  it.each([
    [{ at, status: 137, outOfMemory: true }, 'cache lost, killed, out of memory, 09:16'],
    [{ at, status: 137, outOfMemory: false }, 'cache lost, killed, 09:16'],
    [{ at, status: 1, outOfMemory: false }, 'cache lost, ended with status 1, 09:16'],
    [{ at, status: null, outOfMemory: null }, 'cache lost, 09:16'],
    [{ at, status: null, outOfMemory: null, withDocker: true }, 'cache lost, Docker restarted, 09:16'],
    [{ at: 'soon', status: 137, outOfMemory: false }, 'cache lost, killed'],
    [null, 'cache lost'],
  ])('say how and when its cache was lost, as far as that is known: %o', (lastLoss, mark) => {
    expect(listMarks({ ...lost, lastLoss })).toEqual([mark])
  })

  it('are its faults, and not that it is changed by them', () => {
    expect(listMarks(tenantOf({}))).toEqual([])
    expect(listMarks(tenantOf({ faults: ['listener', 'limits'], health: 'changed' }))).toEqual([
      'listener gone',
      'no limits',
    ])
    expect(listMarks(tenantOf({ state: 'stopped', suspended: true }))).toEqual(['suspended'])
  })
})

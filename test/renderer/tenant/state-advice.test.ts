import { describe, expect, it } from 'vitest'
import { adviseOnState } from '../../../src/renderer/features/tenant/state-advice.ts'
import { tenantOf } from './samples.ts'

describe('what to do about a state', () => {
  it('says nothing when all is well', () => {
    expect(adviseOnState(tenantOf())).toBeUndefined()
  })

  it('offers what puts it right', () => {
    expect(adviseOnState(tenantOf({ state: 'suspended' }))?.todo).toMatch(/^Resume/)
    expect(adviseOnState(tenantOf({ state: 'stopped' }))?.todo).toMatch(/^Restart/)
    expect(adviseOnState(tenantOf({ state: 'unknown' }))?.offer).toBe('host')
    expect(adviseOnState(tenantOf({ allow: [] }))?.offer).toBe('allow')
  })

  it('tells the reason that was observed rather than its own', () => {
    const why = 'Its container is not on the host any more.'
    expect(adviseOnState(tenantOf({ state: 'failed', why }))?.what).toBe(why)
  })

  it('offers nothing that cannot be done with what is left of one that was not created', () => {
    const why = 'It was not created. Docker does not answer.'
    const advice = adviseOnState(tenantOf({ state: 'failed', leftover: 'not-created', why }))
    expect(advice).toEqual({ tone: 'bad', what: why, todo: '', offer: 'host' })
  })

  it('says of one that runs that its last change is not finished', () => {
    const why = 'Its last change failed.'
    expect(adviseOnState(tenantOf({ why }))).toMatchObject({ tone: 'warning', what: why })
  })

  it('says what to do about one that runs and does not answer', () => {
    const advice = adviseOnState(tenantOf(), true)
    expect(advice).toMatchObject({ tone: 'bad', offer: 'log' })
    expect(advice?.what).toMatch(/memcached does not answer/)
    expect(advice?.todo).toMatch(/restart/)
    expect(adviseOnState(tenantOf({ state: 'stopped' }), true)?.todo).toMatch(/^Restart/)
  })

  it('warns of a cache that is open to anyone', () => {
    expect(adviseOnState(tenantOf({ openToAnyone: true }))).toMatchObject({ tone: 'bad', offer: undefined })
  })
})

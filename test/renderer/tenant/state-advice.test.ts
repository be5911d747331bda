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
    const why = 'Its container runs, but memcached does not answer.'
    const advice = adviseOnState(tenantOf({ health: 'unresponsive', why }))
    expect(advice).toMatchObject({ tone: 'bad', what: why, offer: 'log' })
    expect(advice?.todo).toMatch(/restart/)
    expect(adviseOnState(tenantOf({ state: 'stopped', health: 'unresponsive' }))?.todo).toMatch(/^Restart/)
  })

  it('never advises a restart where all connections are taken, and offers a higher limit', () => {
    const why = 'Connection limit reached, 64 of 64.'
    for (const state of ['running', 'suspended'] as const) {
      const advice = adviseOnState(tenantOf({ state, health: 'connections-exhausted', why }))
      expect(advice).toMatchObject({ tone: 'warning', what: why, offer: 'limit' })
      expect(advice?.todo).not.toMatch(/restart/i)
    }
  })

  it('offers more memory to a full cache, without alarm', () => {
    expect(adviseOnState(tenantOf({ health: 'full', why: 'Full.' }))).toMatchObject({
      ...{ tone: 'note', offer: 'resize' },
    })
  })

  it('leads to the host where that was put back, whatever state it is in', () => {
    const why =
      'web1 was put back to an older state and has this tenant otherwise: choose whose state counts.'
    for (const state of ['running', 'suspended', 'stopped'] as const) {
      const advice = adviseOnState(tenantOf({ state, why }), { putBack: true })
      expect(advice).toEqual({ tone: 'warning', what: why, todo: '', offer: 'host' })
    }
  })

  it('says of access that is not closed yet that it may still be used, also of one that is being deleted', () => {
    const since = '2026-11-22T10:00:00.000Z'
    const pending = [{ kind: 'delete' as const, cidrs: [], since, why: 'No answer.', closed: false }]
    const state = { state: 'failed', leftover: 'not-deleted', why: 'It is not deleted yet.' } as const
    for (const tenant of [tenantOf({ pending }), tenantOf({ ...state, pending })]) {
      expect(adviseOnState(tenant)?.todo).toBe('Until then who was let in may still get in.')
    }
    expect(adviseOnState(tenantOf(state))?.todo).toBe('')
    expect(adviseOnState(tenantOf({ pending }))?.what).toMatch(
      /It is tried again until \S+ has confirmed it\.$/,
    )
    expect(adviseOnState(tenantOf({ pending }), { replaced: true })?.what).toMatch(
      /^Not in force yet: .*is another server than before, so it waits until that is settled\.$/,
    )
    const closed = pending.map((closing) => ({ ...closing, closed: true }))
    expect(adviseOnState(tenantOf({ pending: closed }))).toMatchObject({
      what: expect.stringMatching(/^Closed, but not kept on .* yet: deleting it/),
      todo: '',
    })
  })

  it('says what nobody listens for, before it says that nothing answers', () => {
    const why = 'Nothing listens on 0.0.0.0:20000.'
    const tenant = tenantOf({ faults: ['listener'], health: 'unresponsive', why })
    expect(adviseOnState(tenant)).toMatchObject({ tone: 'bad', what: why })
    expect(adviseOnState(tenantOf({ faults: ['listener'], why, openToAnyone: true }))?.what).toMatch(
      /^Open to anyone .* Nothing listens on/,
    )
  })

  it('warns of a cache that is open to anyone', () => {
    expect(adviseOnState(tenantOf({ openToAnyone: true }))).toMatchObject({ tone: 'bad', offer: undefined })
  })
})

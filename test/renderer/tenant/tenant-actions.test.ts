import { describe, expect, it } from 'vitest'
import type { TenantState } from '../../../src/contract/tenant.ts'
import { describeResize, listSizes } from '../../../src/renderer/features/tenant/actions/shrink.ts'
import { listTenantActions } from '../../../src/renderer/features/tenant/actions/tenant-actions.ts'
import { tenantOf } from './samples.ts'

const handlers = (done: string[]): Parameters<typeof listTenantActions>[2] => ({
  suspend: () => done.push('suspended'),
  resume: () => done.push('resumed'),
  restart: () => done.push('restarted'),
  upgrade: () => done.push('upgraded'),
  open: (dialog) => done.push(`asked: ${dialog}`),
})

/** @param done gets what was begun or asked, in order */
const list = (state: TenantState, busy = false, done: string[] = []) =>
  listTenantActions(tenantOf({ state }), busy, handlers(done))

describe('what can be done with a tenant', () => {
  it('suspends what runs and resumes what is suspended, by the same keys', () => {
    const [running, suspended] = [list('running'), list('suspended')]
    expect(running.find(({ id }) => id === 'suspend')?.keys).toBe('mod+alt+S')
    expect(running.some(({ id }) => id === 'resume')).toBe(false)
    expect(suspended.find(({ id }) => id === 'resume')?.keys).toBe('mod+alt+S')
    expect(suspended.some(({ id }) => id === 'suspend')).toBe(false)
  })

  it('resumes what is suspended also where it does not run or is not seen', () => {
    for (const state of ['stopped', 'failed', 'unknown'] as const) {
      const actions = listTenantActions(tenantOf({ state, suspended: true }), false, handlers([]))
      expect(actions.some(({ id }) => id === 'suspend')).toBe(false)
      expect(actions.find(({ id }) => id === 'resume')?.keys).toBe('mod+alt+S')
    }
  })

  it('is not ready while something is done with it', () => {
    for (const actions of [list('creating'), list('deleting')]) {
      expect(actions.every(({ ready }) => !ready)).toBe(true)
    }
    // Access is taken away beside every other change.
    const ready = list('running', true).filter((action) => action.ready)
    expect(ready.map(({ id }) => id)).toEqual(['suspend'])
    const leftover = listTenantActions(
      tenantOf({ state: 'failed', leftover: 'not-created' }),
      false,
      handlers([]),
    )
    expect(leftover.every(({ ready }) => !ready)).toBe(true)
    expect(list('unknown').every(({ ready }) => ready)).toBe(true)
  })

  it('asks before a restart only where there is something to lose', () => {
    const done: string[] = []
    for (const state of ['running', 'stopped'] as const) {
      list(state, false, done)
        .find(({ id }) => id === 'restart')
        ?.run()
    }
    expect(done).toEqual(['asked: restart', 'restarted'])
  })

  it('says that nothing is lost by an upgrade that changes nothing', () => {
    const nothing = () => undefined
    const handlers = { suspend: nothing, resume: nothing, restart: nothing, upgrade: nothing, open: nothing }
    const find = (available: boolean) =>
      listTenantActions(tenantOf(), false, handlers, available).find(({ id }) => id === 'upgrade')
    expect([find(true)?.survival, find(false)?.survival]).toEqual(['lost', 'kept'])
  })

  it('says of each what becomes of the data', () => {
    const said = Object.fromEntries(list('running').map(({ id, survival }) => [id, survival]))
    expect(said).toEqual({
      ...{ suspend: 'kept', resize: 'some', rename: 'kept', restart: 'lost', flush: 'lost' },
      ...{ limit: 'lost', move: 'lost', upgrade: 'lost', delete: 'lost' },
    })
  })
})

describe('another size', () => {
  const mb = 2 ** 20
  it.each([
    [64, 64, undefined, 'It has that size already.'],
    [64, 128, 60 * mb, 'It grows while it runs; connections stay.'],
    [64, 32, undefined, 'What it holds now is not observed, so what will be dropped is not known.'],
    [64, 32, 20 * mb, 'It holds 20 MB now, so little or nothing should be dropped.'],
    [64, 32, 42 * mb, 'It holds 42 MB now, so about 10 MB will be dropped, oldest first.'],
  ])('from %d to %d MB', (from, to, used, sentence) => {
    expect(describeResize(from, to, used)).toBe(sentence)
  })

  it('offers the size that it has among the usual ones', () => {
    expect(listSizes(100).slice(0, 4)).toEqual([32, 64, 100, 128])
    expect(listSizes(64)).toHaveLength(8)
  })
})

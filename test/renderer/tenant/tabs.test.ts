import { describe, expect, it } from 'vitest'
import type { Operation } from '../../../src/contract/activity.ts'
import { describeExit } from '../../../src/renderer/features/tenant/tabs/describe-exit.ts'
import { mergeActivity } from '../../../src/renderer/features/tenant/tabs/merge-activity.ts'

const operationOf = (id: string, startedAt: string, outcome: Operation['outcome']): Operation => ({
  ...{ id, kind: 'tenant restart', host: 'web-1', tenant: 'acme', actor: 'maria@desk', startedAt, outcome },
  ...{ finishedAt: null, tookMs: null, before: null, after: null, why: '', steps: [], cancellable: false },
})

describe('activity of a tenant', () => {
  it('takes the newer word of the live events, the newest operation first', () => {
    const listed = [
      operationOf('b', '2026-11-02T11:00:00Z', 'running'),
      operationOf('a', '2026-11-02T10:00:00Z', 'done'),
    ]
    const live = [
      operationOf('c', '2026-11-02T12:00:00Z', 'running'),
      operationOf('b', '2026-11-02T11:00:00Z', 'done'),
    ]
    expect(mergeActivity(listed, live).map(({ id, outcome }) => [id, outcome])).toEqual([
      ['c', 'running'],
      ['b', 'done'],
      ['a', 'done'],
    ])
  })
})

describe('how a container ended', () => {
  const at = '2026-11-20T10:00:00.000Z'
  it('says nothing when it never did', () => {
    expect(describeExit({ lastExit: null, restarts: 0 })).toBe('')
  })

  it('says that memory ran out, and how often it began again', () => {
    const lastExit = { status: 137, outOfMemory: true, at, error: '' }
    const said = describeExit({ lastExit, restarts: 2 })
    expect(said).toContain('it needed more memory than its container has.')
    expect(said).toContain('Docker started it again by itself 2 times.')
  })

  it('gives status and reason otherwise', () => {
    const lastExit = { status: 71, outOfMemory: false, at, error: 'address in use' }
    expect(describeExit({ lastExit, restarts: 0 })).toMatch(/with status 71: address in use\.$/)
  })
})

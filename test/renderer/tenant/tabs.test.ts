import { describe, expect, it } from 'vitest'
import { describeExit } from '../../../src/renderer/features/tenant/tabs/describe-exit.ts'

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

  it('says that it was killed, or that nobody knows how it ended', () => {
    const killed = { status: 137, outOfMemory: false, at, error: '' }
    expect(describeExit({ lastExit: killed, restarts: 1 })).toContain('with status 137: it was killed. ')
    const unknown = { status: null, outOfMemory: null, at, error: '' }
    expect(describeExit({ lastExit: unknown, restarts: 0 })).toMatch(/; how is not known, .*\.$/)
  })

  it('gives status and reason otherwise', () => {
    const lastExit = { status: 71, outOfMemory: false, at, error: 'address in use' }
    expect(describeExit({ lastExit, restarts: 0 })).toMatch(/with status 71: address in use\.$/)
  })
})

import { describe, expect, it } from 'vitest'
import { describeExit } from '../../src/contract/describe-exit.ts'

describe('how a container ended', () => {
  const at = '2026-11-20T10:00:00.000Z'
  const end = { withDocker: false, at, error: '' }
  const describeIt = (log: Parameters<typeof describeExit>[0]) => describeExit(log, () => '10:00')
  it('says nothing when it never did', () => {
    expect(describeIt({ lastExit: null, restarts: 0 })).toBe('')
  })

  it('says that memory ran out, and how often it began again', () => {
    const lastExit = { ...end, status: 137, outOfMemory: true }
    const said = describeIt({ lastExit, restarts: 2 })
    expect(said).toContain('it needed more memory than its container has.')
    expect(said).toContain('Docker started it again by itself 2 times.')
  })

  it('says that it was killed, or that nobody knows how it ended', () => {
    const killed = { ...end, status: 137, outOfMemory: false }
    expect(describeIt({ lastExit: killed, restarts: 1 })).toContain('10:00: status 137, it was killed. ')
    const unknown = { ...end, status: null, outOfMemory: null }
    expect(describeIt({ lastExit: unknown, restarts: 0 })).toMatch(/: how is not known, .*\.$/)
  })

  it('says that it ended with its Docker', () => {
    const lastExit = { ...end, status: null, outOfMemory: null, withDocker: true }
    expect(describeIt({ lastExit, restarts: 0 })).toBe(
      'It ended last at 10:00: it ended with its Docker, which was started again.',
    )
  })

  it('gives status and reason otherwise', () => {
    const lastExit = { ...end, status: 71, outOfMemory: false, error: 'address in use' }
    expect(describeIt({ lastExit, restarts: 0 })).toMatch(/: status 71 \(address in use\)\.$/)
  })
})

import { beforeEach, describe, expect, it } from 'vitest'
import { fail } from '../../../src/domain/problem-error.ts'
import { withFreeConnection } from '../../../src/main/cli/free-connection.ts'
import { answerOtherwise, openTenantWorld, type TenantWorld } from '../memory-world.ts'
import { problemOf } from '../panel.ts'

const idle = { address: '203.0.113.9', port: 51_514 }

describe('a command whose tenant has no connection left', () => {
  let world: TenantWorld
  let closed: unknown[]
  let asked: string[]

  beforeEach(async () => {
    world = await openTenantWorld({ tenants: 8 })
    closed = []
    asked = []
    answerOtherwise(world.nyc1, (request, usual) => {
      if (request.op !== 'disconnect') return usual(request)
      closed.push({ address: request.address, port: request.port })
      return { closed: true }
    })
  })

  const run = (yes: boolean, interactive = true) => {
    const confirm = async (question: string): Promise<boolean> => {
      asked.push(question)
      return yes
    }
    const call = async (): Promise<string> => {
      if (closed.length > 0) return 'done'
      const details = { host: 'nyc1', port: 20_000, idle: { tenant: world.name, ...idle, seconds: 900 } }
      return fail({ code: 'CONNECTIONS_TAKEN', details })
    }
    return withFreeConnection({ client: world.client, terminal: { interactive, confirm } }, call)
  }

  it('closes the one that is idle the longest and goes on, where it may', async () => {
    expect(await run(true)).toBe('done')
    expect(closed).toEqual([idle])
    expect(asked).toEqual([expect.stringContaining('203.0.113.9:51514')])
  })

  it('closes none where it may not', async () => {
    expect(await problemOf(run(false))).toMatchObject({ code: 'CONNECTIONS_TAKEN' })
    expect({ closed, asked: asked.length }).toEqual({ closed: [], asked: 1 })
  })

  it('closes none where nobody can be asked', async () => {
    expect(await problemOf(run(true, false))).toMatchObject({ code: 'CONNECTIONS_TAKEN' })
    expect({ closed, asked }).toEqual({ closed: [], asked: [] })
  })
})

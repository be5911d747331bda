import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { planRetryDelay } from '../../../../src/main/adapters/ssh/keep-open.ts'
import { resolveRoute } from '../../../../src/main/adapters/ssh/resolve.ts'
import { silent } from './bench.ts'

describe('a computer without an ssh program', () => {
  const path = process.env['PATH']
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(os.tmpdir(), 'memharbor-test-'))
    process.env['PATH'] = folder
  })
  afterAll(async () => {
    process.env['PATH'] = path
    await rm(folder, { recursive: true, force: true })
  })

  it('uses what was given and the defaults, and says so', async () => {
    const target = { address: '203.0.113.7', user: 'ann', port: 2222, identityFile: '/keys/id' }
    expect(await resolveRoute(target, { log: silent })).toMatchObject([
      {
        source: 'plain',
        hostname: '203.0.113.7',
        user: 'ann',
        port: 2222,
        namedIdentity: '/keys/id',
        identityFiles: ['/keys/id'],
      },
    ])
    const [server] = await resolveRoute({ address: 'web' }, { log: silent })
    expect(server).toMatchObject({ user: os.userInfo().username, port: 22 })
    expect(server?.identityFiles).toContain(join(os.homedir(), '.ssh/id_ed25519'))
  })
})

it.each([
  [0, 0, 250],
  [0, 1, 500],
  [1, 1, 1_000],
  [5, 1, 16_000],
  [6, 1, 30_000],
  [1_000, 1, 30_000],
  [1_000, 0, 15_000],
])('the pause after %i failures, with chance %f, is %i ms', (failures, random, delayMs) => {
  expect(planRetryDelay(failures, random)).toBe(delayMs)
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { expect, it } from 'vitest'
import { fail } from '../../../src/domain/problem-error.ts'
import { router } from '../../../src/main/router.ts'
import { openMemoryPanel } from '../../memory-host/open-memory-panel.ts'
import { problemOf, readWork } from '../panel.ts'

it('every failure of a stage is kept: the first as the reason, the others at their steps', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'memharbor-stage-'))
  let isFailing = false
  const panel = await openMemoryPanel({
    dataDir,
    tenants: 20,
    atPoint(point) {
      if (!isFailing) return
      if (point === 'before create-container')
        fail({ code: 'DOCKER_UNREACHABLE', details: { host: 'fra1', reason: 'frozen' } })
      if (point === 'before write-record')
        fail({ code: 'HOST_UNREACHABLE', details: { host: 'fra1', address: '192.0.2.1', reason: 'cut' } })
    },
  })
  const client = createRouterClient(router, { context: panel.context })
  isFailing = true
  const problem = await problemOf(readWork(client.tenant.create({ name: 'two-faults', host: 'fra1' })))
  const [operation] = await client.activity.list({ tenant: 'two-faults' })
  expect(operation?.why).toBe(problem.message)
  expect(problem.message).toBe('Host fra1 at 192.0.2.1 does not answer: cut.')
  expect(operation?.steps.map(({ sentence }) => sentence)).toContain(
    'Make and start the container of two-faults: Docker on fra1 does not answer: frozen.',
  )
  expect(operation?.outcome).toBe('undone')
  await panel.close()
  await rm(dataDir, { recursive: true })
})

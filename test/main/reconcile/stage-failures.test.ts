import { expect, it } from 'vitest'
import { fail } from '../../../src/domain/problem-error.ts'
import { openMemoryWorld } from '../memory-world.ts'
import { problemOf, readWork } from '../panel.ts'

it('every failure of a stage is kept: the first as the reason, the others at their steps', async () => {
  let isFailing = false
  const { client } = await openMemoryWorld({
    tenants: 20,
    atPoint(point) {
      if (!isFailing) return
      if (point === 'before create-container')
        fail({ code: 'DOCKER_UNREACHABLE', details: { host: 'fra1', reason: 'frozen' } })
      if (point === 'before write-record')
        fail({ code: 'HOST_UNREACHABLE', details: { host: 'fra1', address: '192.0.2.1', reason: 'cut' } })
    },
  })
  isFailing = true
  const problem = await problemOf(readWork(client.tenant.create({ name: 'two-faults', host: 'fra1' })))
  const [operation] = await client.activity.list({ tenant: 'two-faults' })
  expect(operation?.why).toBe(problem.message)
  expect(problem.message).toBe('Host fra1 at 192.0.2.1 does not answer: cut.')
  expect(operation?.steps.map(({ sentence }) => sentence)).toContain(
    'Make and start the container of two-faults: Docker on fra1 does not answer: frozen.',
  )
  expect(operation?.outcome).toBe('undone')
})

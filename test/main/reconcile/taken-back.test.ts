import { expect, it } from 'vitest'
import { fail } from '../../../src/domain/problem-error.ts'
import { listHosts } from '../../../src/main/adapters/store/hosts.ts'
import { adoptObserved } from '../../../src/main/services/host/adopt-records.ts'
import { openMemoryWorld } from '../memory-world.ts'
import { problemOf, readWork } from '../panel.ts'

it('records that were read before a create was taken back do not bring it back', async () => {
  let isFailing = false
  const { panel, client } = await openMemoryWorld({
    tenants: 20,
    atPoint(point) {
      if (isFailing && point === 'after write-record')
        fail({ code: 'DOCKER_UNREACHABLE', details: { host: 'fra1', reason: 'frozen' } })
    },
  })
  const { services } = panel.context
  isFailing = true
  await problemOf(readWork(client.tenant.create({ name: 'cinder', host: 'fra1' })))
  const [undone] = await client.activity.list({ tenant: 'cinder' })
  expect(undone).toMatchObject({ kind: 'tenant create', outcome: 'undone' })

  const host = (await services.store.read(listHosts)).find(({ name }) => name === 'fra1')
  if (host === undefined) throw new Error('there is no fra1')
  const [sample] = await services.hosts.access(host).ledger.observe()
  if (sample === undefined) throw new Error('fra1 has no record')
  const record = (id: string, name: string, port: number) =>
    [id, { ...sample, id, name, port, open: true, revision: 9_999 }] as const
  const id = undone?.tenantId ?? ''
  const records = new Map([record(id, 'cinder', 29_998), record('other0000001', 'other', 29_999)])
  const adopted = await adoptObserved(
    services,
    host,
    { records, containers: new Map() },
    { since: performance.now() },
  )
  expect(adopted).toEqual({ added: ['other'], changed: [], returned: [], twice: [] })
  expect((await client.tenant.list({})).map(({ name }) => name)).not.toContain('cinder')
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { expect, it } from 'vitest'
import { fail } from '../../../src/domain/problem-error.ts'
import { listHosts } from '../../../src/main/adapters/store/hosts.ts'
import { router } from '../../../src/main/router.ts'
import { adoptObserved } from '../../../src/main/services/host/adopt-records.ts'
import { openMemoryPanel } from '../../memory-host/open-memory-panel.ts'
import { problemOf, readWork } from '../panel.ts'

it('records that were read before a create was taken back do not bring it back', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'memharbor-back-'))
  let isFailing = false
  const panel = await openMemoryPanel({
    dataDir,
    tenants: 20,
    atPoint(point) {
      if (isFailing && point === 'after write-record')
        fail({ code: 'DOCKER_UNREACHABLE', details: { host: 'fra1', reason: 'frozen' } })
    },
  })
  const { services } = panel.context
  const client = createRouterClient(router, { context: panel.context })
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
  const adopted = await adoptObserved(services, host, { records, containers: new Map() })
  expect(adopted).toEqual({ added: ['other'], changed: [] })
  expect((await client.tenant.list({})).map(({ name }) => name)).not.toContain('cinder')
  await panel.close()
  await rm(dataDir, { recursive: true })
})

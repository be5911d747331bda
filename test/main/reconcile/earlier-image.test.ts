import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Client } from '../../hosts/client.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { mustRun } from '../../hosts/run.ts'
import { awaitNoHelper, helperPath } from '../../resources/host/helper-host.ts'
import { createTenant, readWork } from '../panel.ts'
import { type PanelHost, withOther } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { keepState, putStateBack } from './kept-state.ts'

const name = 'acme'
/** Helper 1.2.0, and the state as it wrote it: schema 2, no history. */
const earlierHelper = join(import.meta.dirname, '../../fixtures/b696e63/memharbor-host')
const writeEarlierState = `
import json
path = '/root/kept/state.json'
state = json.load(open(path))
kept = ('revision', 'hostId', 'range', 'supernet', 'reservedMb', 'operators', 'tenants', 'replies', 'released')
json.dump({'schema': 2, **{key: state[key] for key in kept}}, open(path, 'w'))
open('/root/kept/journal', 'w')
`

describeOnHosts(
  'an image with an earlier helper is put back, and another laptop changes the tenant there',
  () => {
    let world: PanelHost
    let client: Client
    let port: number

    beforeAll(async () => {
      world = await startPreparedPanelHost()
      client = await world.addClient()
      port = (await createTenant(world.panel, { name, memoryMb: 16, allow: [{ cidr: client.address4 }] }))
        .port
      await world.reopen(async () => {
        await awaitNoHelper(world.host)
        await keepState(world.host)
        await mustRun(world.host.namespace.enter(['/usr/bin/python3', '-c', writeEarlierState]))
      })
    })
    afterAll(() => world?.stop())

    const talk = () => memcacheTalk(client, world.host.address4, port)
    const allowByOther = (...cidrs: string[]) =>
      withOther(world.host, async (other) => {
        for (const cidr of cidrs) await other.client.tenant.allow({ name, entries: [{ cidr }] })
      })
    const marked = async () => (await world.panel.client.host.list())[0]?.putBack
    const listed = async () => (await world.panel.client.tenant.list({}))[0]?.allow.map(({ cidr }) => cidr)

    it('who was revoked is closed out again, and what the other laptop did is asked', async () => {
      await world.panel.client.tenant.revoke({ name, cidrs: [client.address4] })
      await world.panel.client.tenant.list({})
      await world.reopen(async () => {
        await awaitNoHelper(world.host)
        await writeHostFile(world.host.namespace, helperPath, await readFile(earlierHelper, 'utf8'), {
          mode: '755',
        })
        await putStateBack(world.host)
        // So many that its record is newer than the one that this panel knows.
        await allowByOther('203.0.113.97', '203.0.113.98', '203.0.113.99')
      })
      expect(await talk()).toMatchObject({ kind: 'answer' })
      expect(await listed()).toEqual([])
      expect(await talk()).toEqual({ kind: 'timeout' })
      expect(await marked()).toMatchObject({ tenants: [name] })
    })

    it('and once that is settled, what others do there is taken in as with any such helper', async () => {
      const { fingerprint } = await world.panel.client.host.planRecover({ name: 'web1', as: 'host' })
      await readWork(
        world.panel.client.host.recover({ name: 'web1', as: 'host', fingerprint, confirmed: true }),
      )
      expect(await marked()).toBeNull()
      await world.reopen(() => allowByOther(client.address4))
      expect(await listed()).toContain(`${client.address4}/32`)
      expect(await marked()).toBeNull()
      expect(await talk()).toMatchObject({ kind: 'answer' })
    })
  },
)

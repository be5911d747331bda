import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../hosts/client.ts'
import { type LiveHost, startLiveHost } from '../hosts/live/live-host.ts'
import { observeLiveRoot } from '../hosts/live/live-platform.ts'
import { memcacheTalk } from '../hosts/memcache-talk.ts'
import { fillCache } from '../main/journey/cache-load.ts'
import { fillAndResize } from '../main/journey/resize-rounds.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox, readWork } from '../main/panel.ts'
import { mustExec } from './boot-service.ts'

const [largeMb, smallMb] = [256, 64]
const timeout = 900_000

const root = await observeLiveRoot('forky')
const skipped = root.kind === 'ready' ? '' : ` (${root.reason})`

describe.skipIf(root.kind !== 'ready')(
  `a cache of memcached 1.6.45 that is filled, shrunk, grown and filled ten times on a live host${skipped}`,
  { timeout },
  () => {
    let host: LiveHost
    let client: Client
    let panel: Panel

    beforeAll(async () => {
      if (root.kind !== 'ready') throw new Error(root.reason)
      host = await startLiveHost({ root: root.path, sudo: 'nopasswd' })
      client = await startClient(host, { index: 0 })
      panel = await openPanel()
      await addSandbox(panel, host)
      await prepareSandbox(panel, host)
    }, timeout)
    afterAll(async () => {
      await panel?.stop()
      await client?.stop()
      await host?.stop()
    }, timeout)

    it('is never killed, and stays within its limit', async ({ annotate }) => {
      const allow = [{ cidr: client.address4 }]
      const { id, port } = await createTenant(panel, { name: 'acme', memoryMb: largeMb, allow })
      const said = await memcacheTalk(client, host.address4, port, 'version\r\n')
      expect(said).toEqual({ kind: 'answer', text: 'VERSION 1.6.45\r\n' })
      const format =
        '{{.State.Pid}} {{.HostConfig.Memory}} {{.State.OOMKilled}} {{.RestartCount}} {{.State.StartedAt}}'
      const observe = async () => {
        const seen = await mustExec(host, `docker inspect -f '${format}' memharbor-${id}`)
        const [pid = '', limit, oomKilled, restarts, startedAt] = seen.trim().split(' ')
        const status = await mustExec(host, `cat /proc/${pid}/status`)
        const rssMb = Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024)
        return { rssMb, limitMb: Number(limit) / 2 ** 20, life: [pid, oomKilled, restarts, startedAt] }
      }
      expect((await observe()).life.slice(1, 3)).toEqual(['false', '0'])
      const resize = (memoryMb: number) =>
        readWork(panel.client.tenant.resize({ name: 'acme', memoryMb, confirmed: true }))
      const fill = (count: number, bytes: number) => fillCache(client, host.address4, port, count, { bytes })
      await annotate(await fillAndResize({ largeMb, smallMb, fill, resize, observe }))
    })
  },
)

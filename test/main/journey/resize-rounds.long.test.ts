import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '../../hosts/client.ts'
import { observeLiveRoot } from '../../hosts/live/live-platform.ts'
import { putImage } from '../../hosts/live/put-image.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { skipReason } from '../../hosts/platform.ts'
import { createTenant, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { fillCache } from './cache-load.ts'
import { runDocker } from './earlier-container.ts'
import { fillAndResize } from './resize-rounds.ts'

const [largeMb, smallMb] = [256, 64]
const newer = await observeLiveRoot('forky')
const putNewer = async ({ host }: PanelHost): Promise<void> => {
  if (newer.kind === 'ready') await putImage(host, newer.path)
}

describe.each([
  { version: '1.6.18', why: skipReason(), put: async () => {} },
  { version: '1.6.45', why: newer.kind === 'ready' ? null : newer.reason, put: putNewer },
])(
  'a cache of memcached $version that is filled, shrunk, grown and filled ten times',
  ({ version, why, put }) => {
    describe.skipIf(why !== null)(why ?? 'with items of other sizes', () => {
      let world: PanelHost
      let filler: Client
      beforeAll(async () => {
        world = await startPreparedPanelHost()
        await put(world)
        filler = await world.addClient()
      })
      afterAll(() => world?.stop())

      it('is never killed, and stays within its limit', { timeout: 900_000 }, async ({ annotate }) => {
        const { host, panel } = world
        const allow = [{ cidr: filler.address4 }]
        const { id, port } = await createTenant(panel, { name: 'acme', memoryMb: largeMb, allow })
        const said = await memcacheTalk(filler, host.address4, port, 'version\r\n')
        expect(said).toEqual({ kind: 'answer', text: `VERSION ${version}\r\n` })
        const container = `memharbor-${id}`
        const format =
          '{{.State.Pid}} {{.HostConfig.Memory}} {{.State.OOMKilled}} {{.RestartCount}} {{.State.StartedAt}}'
        const observe = async () => {
          const [pid = '', limit, oomKilled, restarts, startedAt] = (
            await runDocker(host, 'inspect', '-f', format, container)
          ).split(' ')
          const { stdout } = await host.exec(['cat', `/proc/${pid}/status`])
          const rssMb = Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(stdout)?.[1]) / 1024)
          return { rssMb, limitMb: Number(limit) / 2 ** 20, life: [pid, oomKilled, restarts, startedAt] }
        }
        const resize = (memoryMb: number) =>
          readWork(panel.client.tenant.resize({ name: 'acme', memoryMb, confirmed: true }))

        const { life } = await observe()
        expect(life.slice(1, 3)).toEqual(['false', '0'])
        const fill = (count: number, bytes: number) =>
          fillCache(filler, host.address4, port, count, { bytes })
        await annotate(await fillAndResize({ largeMb, smallMb, fill, resize, observe }))
      })
    })
  },
)

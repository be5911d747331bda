import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Client } from '../../hosts/client.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { createTenant, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { fillCache } from './cache-load.ts'
import { runDocker } from './earlier-container.ts'
import { fillAndResize } from './resize-rounds.ts'

const [largeMb, smallMb] = [256, 64]
describeOnHosts(
  'a cache that is filled, shrunk, grown and filled ten times with items of other sizes',
  () => {
    let world: PanelHost
    let filler: Client
    beforeAll(async () => {
      world = await startPreparedPanelHost()
      filler = await world.addClient()
    })
    afterAll(() => world?.stop())

    it('is never killed, and stays within its limit', { timeout: 900_000 }, async ({ annotate }) => {
      const { host, panel } = world
      const allow = [{ cidr: filler.address4 }]
      const { id, port } = await createTenant(panel, { name: 'acme', memoryMb: largeMb, allow })
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
      const fill = (count: number, bytes: number) => fillCache(filler, host.address4, port, count, { bytes })
      await annotate(await fillAndResize({ largeMb, smallMb, fill, resize, observe }))
    })
  },
)

import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Client } from '../../hosts/client.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { createTenant, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { fillCache } from './cache-load.ts'
import { runDocker } from './earlier-container.ts'

const [largeMb, smallMb] = [256, 64]
/** One a round. */
const sizes = [1_000, 100, 20_000, 400, 100_000, 3_000, 200, 50_000, 8_000, 700]

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
      const rounds: string[] = []
      for (const bytes of sizes) {
        const count = Math.ceil((largeMb * 2 ** 20) / (bytes + 50))
        const fill = () => fillCache(filler, host.address4, port, count, { bytes })
        await fill()
        const full = await observe()
        await resize(smallMb)
        const small = await observe()
        await resize(largeMb)
        await fill()
        const again = await observe()
        rounds.push(`${bytes} B: ${full.rssMb}/${small.rssMb}/${again.rssMb} MB`)
        for (const seen of [full, small, again]) {
          expect(seen.life, rounds.join('; ')).toEqual(life)
          expect(seen.rssMb, rounds.join('; ')).toBeLessThan(seen.limitMb)
        }
      }
      await annotate(rounds.join('; '))
    })
  },
)

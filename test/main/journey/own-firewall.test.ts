import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../../hosts/client.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { skipReason } from '../../hosts/platform.ts'
import { createTenant } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'

const reason = skipReason()

describe.skipIf(reason !== null)(
  `a host whose INPUT drops what nobody allowed${reason === null ? '' : ` (${reason})`}`,
  () => {
    let world: PanelHost
    let client: Client
    beforeAll(async () => {
      world = await startPreparedPanelHost()
      client = await startClient(world.host, { index: 0 })
      // As the operator's own firewall has it, which lets SSH by.
      await run('ip6tables', '-A', 'INPUT', '-p', 'ipv6-icmp', '-j', 'ACCEPT')
      await run('ip6tables', '-P', 'INPUT', 'DROP')
    })
    afterAll(async () => {
      await client?.stop()
      await world?.stop()
    })

    const run = async (...argv: string[]): Promise<void> => {
      expect({ argv, ...(await world.host.exec(argv)) }).toMatchObject({ status: 0 })
    }
    const reach = (address: string, port: number) => memcacheTalk(client, address, port)
    const readLine = async () => {
      const { lines, ready } = await world.panel.client.host.check({ name: 'web1' })
      expect(ready).toBe(true)
      return lines.find(({ subject }) => subject === 'Own firewall')
    }

    it('gives its tenants no IPv6 address, says why, and gives it once the line of the check was typed', async () => {
      const allow = [{ cidr: client.address4 }, { cidr: client.address6 }]
      const { host, panel } = world
      const made = await createTenant(panel, { name: 'acme', allow })
      expect(made.addresses).toEqual([host.address4])
      expect(made.leftOut).toMatch(/^No IPv6: the chain INPUT on web1 drops such clients/)
      expect(await reach(host.address4, made.port)).toMatchObject({ kind: 'answer' })
      expect(await reach(host.address6, made.port)).toMatchObject({ kind: 'timeout' })

      const line = await readLine()
      expect(line).toMatchObject({ verdict: 'bad', sentence: expect.stringContaining('over IPv6') })
      const [, command = ''] = /`sudo (.+?)`/.exec(line?.advice ?? '') ?? []
      await run(...command.split(' '))

      expect(await readLine()).toBeUndefined()
      expect(await reach(host.address6, made.port)).toMatchObject({ kind: 'answer' })
      const shown = await panel.client.tenant.show({ name: 'acme' })
      expect(shown.addresses).toEqual([host.address4, host.address6])
      expect(shown.leftOut).toBeUndefined()
    })
  },
)

import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { renderSshConfig } from '../../hosts/ssh-server.ts'
import { createTenant, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'

vi.setConfig({ testTimeout: 120_000 })

const allowed = { allowTcpForwarding: true, allowStreamLocalForwarding: true }
const forbidden = { allowTcpForwarding: false, allowStreamLocalForwarding: false }
const [docker, ports] = ['forbids stream-local forwarding', 'forbids TCP forwarding']
const sessions = 'starts only few sessions'

describeOnHosts('an SSH server that allows little', () => {
  let world: PanelHost
  beforeAll(async () => {
    world = await startPreparedPanelHost()
  })
  afterAll(() => world?.stop())

  it.each([
    ['MaxSessions 1', allowed, [sessions]],
    ['MaxSessions 2', forbidden, [docker, ports, sessions]],
    ['MaxSessions 1', forbidden, [docker, ports, sessions]],
    ['MaxSessions 10', forbidden, [docker, ports]],
    ['MaxSessions 10', allowed, []],
  ] as const)(
    'is enough for the whole life of a tenant, and check names what it lacks: %s, %o',
    async (line, forwarding, lacks) => {
      const { host } = world
      await world.reopen(async () => {
        await host.stopSsh()
        await writeHostFile(host.namespace, '/etc/ssh/sshd_config', `${renderSshConfig(forwarding)}${line}\n`)
        await host.startSsh()
      })
      const { panel } = world
      const { ready, lines } = await panel.client.host.check({ name: host.name })
      expect({ ready, lines: lines.filter(({ verdict }) => verdict !== 'good') }).toEqual({
        ready: true,
        lines: lacks.map((words) => expect.objectContaining({ sentence: expect.stringContaining(words) })),
      })
      await createTenant(panel, { name: 'acme' })
      await panel.client.tenant.allow({ name: 'acme', entries: [{ cidr: '203.0.113.7' }] })
      await panel.client.tenant.revoke({ name: 'acme', cidrs: ['203.0.113.7'] })
      await readWork(panel.client.tenant.delete({ name: 'acme', confirmed: true }))
    },
  )
})

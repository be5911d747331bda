import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureRoot } from '../hosts/live/cache-root.ts'
import { type LiveHost, startLiveHost } from '../hosts/live/live-host.ts'
import { platformReason } from '../hosts/live/live-platform.ts'
import { addSandbox, openPanel, type Panel, prepareSandbox, readWork } from '../main/panel.ts'
import { mustExec } from './boot-service.ts'

const timeout = 300_000
const reason = platformReason()
const root =
  reason === null
    ? await ensureRoot({ suite: 'forky', packages: [] })
    : { kind: 'unavailable' as const, reason }
const skipped = root.kind === 'ready' ? '' : ` (${root.reason})`

describe.skipIf(root.kind !== 'ready')(
  `a live host whose operator gave it more ports${skipped}`,
  { timeout },
  () => {
    let host: LiveHost
    let panel: Panel

    beforeAll(async () => {
      if (root.kind !== 'ready') throw new Error(root.reason)
      host = await startLiveHost({ root: root.path, sudo: 'nopasswd' })
      panel = await openPanel()
      await addSandbox(panel, host)
    }, timeout)
    afterAll(async () => {
      await panel?.stop()
      await host?.stop()
    }, timeout)

    const get = async (name: string) => {
      const { stdout } = await host.exec(['cat', `/proc/sys/net/ipv4/${name}`])
      return stdout.trim().split(/\s+/).join('-')
    }
    const listOwn = async () =>
      (await panel.client.host.check({ name: host.name })).lines.filter(
        ({ subject }) => subject === 'Own connections',
      )

    it('keeps those of tenants reserved over a reboot, until it is as it was', async () => {
      const settings = [
        'net.ipv4.ip_local_port_range = 1024 65535',
        'net.ipv4.ip_local_reserved_ports = 8080',
      ]
      await mustExec(host, `printf '%s\\n' '${settings.join("' '")}' > /etc/sysctl.d/50-operator.conf`)
      await host.reboot()
      expect(await get('ip_local_port_range')).toBe('1024-65535')
      const { plan } = await prepareSandbox(panel, host)
      expect(plan.steps.map(({ kind }) => kind)).toContain('reserve-ports')
      expect(await listOwn()).toEqual([])
      await host.reboot()
      expect(await get('ip_local_port_range')).toBe('1024-65535')
      expect(await get('ip_local_reserved_ports')).toBe('8080,20000-29999')
      expect(await listOwn()).toEqual([])
      // A later list takes its place, and the check tells.
      await mustExec(host, "echo 'net.ipv4.ip_local_reserved_ports = 9090' > /etc/sysctl.d/70-later.conf")
      await host.reboot()
      expect(await listOwn()).toMatchObject([
        { verdict: 'bad', advice: expect.stringContaining('9090,20000') },
      ])
      const undo = { name: host.name, undo: true }
      const { fingerprint } = await panel.client.host.planPrepare(undo)
      await readWork(panel.client.host.prepare({ ...undo, fingerprint, confirmed: true }))
      expect(await get('ip_local_reserved_ports')).toBe('9090')
      await host.reboot()
      expect(await get('ip_local_reserved_ports')).toBe('9090')
    })
  },
)

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../../hosts/client.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { skipReason } from '../../hosts/platform.ts'
import { importRawImage, rawImage } from '../../hosts/raw-image.ts'
import { type BackCount, countBack, startSweep } from '../../hosts/sweep.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox, readWork } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'

const reason = skipReason()

describe.skipIf(reason !== null)(`nobody else gets in${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  let friend: Client
  let stranger: Client
  let panel: Panel
  let back: () => Promise<BackCount>

  beforeAll(async () => {
    host = await startPreparedHost({ name: 'web1' })
    friend = await startClient(host, { index: 0 })
    stranger = await startClient(host, { index: 1 })
    back = await countBack(stranger, host)
    panel = await openPanel()
    await addSandbox(panel, host)
    await prepareSandbox(panel, host)
  })

  afterAll(async () => {
    await panel?.stop()
    await friend?.stop()
    await stranger?.stop()
    await host?.stop()
  })

  it('gives no packet back to a stranger who sweeps the range while tenants come and go', async () => {
    const sweep = await startSweep(stranger, host)
    await sweep.more(1)
    for (let round = 0; round < 3; round += 1) {
      const names = ['a', 'b'].map((name) => `${name}${round}`)
      const allow = [{ cidr: friend.address4 }, { cidr: friend.address6 }]
      const made = await Promise.all(names.map((name) => createTenant(panel, { name, allow })))
      await sweep.more(1)
      for (const { port } of made) {
        expect(await memcacheTalk(friend, host.address4, port, undefined, 5_000)).toMatchObject({
          kind: 'answer',
        })
      }
      await panel.client.tenant.revoke({ name: names[0] ?? '', cidrs: [friend.address4] })
      for (const name of names) await readWork(panel.client.tenant.delete({ name, confirmed: true }))
      await sweep.more(1)
    }
    const { rounds, packets } = await sweep.stop()
    expect(rounds).toBeGreaterThanOrEqual(7)
    expect(packets).toBeGreaterThanOrEqual(7 * 20_000)
    expect(await back()).toEqual({ packets4: 0, packets6: 0 })
  })

  it("keeps another tenant's container and a neighbour who routes to the container's address out", async () => {
    const { id, port } = await createTenant(panel, { name: 'target', allow: [{ cidr: friend.address4 }] })
    const name = `memharbor-${id}`
    const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{.Gateway}}{{end}}'
    const inspected = await host.exec(['docker', 'inspect', '-f', format, name])
    const [direct = '', gateway = ''] = inspected.stdout.trim().split(' ')
    expect(direct).toMatch(/^10\./)

    await importRawImage(host)
    const other = await host.exec(['docker', 'run', '-d', '--network', 'memharbor-1', rawImage, '-u', 'root'])
    expect(other.stderr).toBe('')
    const pid = (
      await host.exec(['docker', 'inspect', '-f', '{{.State.Pid}}', other.stdout.trim()])
    ).stdout.trim()
    const fromContainer: Pick<Client, 'exec'> = {
      exec: (argv, options) => host.exec(['nsenter', '-t', pid, '-n', ...argv], options),
    }
    for (const address of [host.address4, gateway]) {
      expect(await memcacheTalk(fromContainer, address, port)).toEqual({ kind: 'timeout' })
    }
    expect(await memcacheTalk(fromContainer, direct, 11_211)).toEqual({ kind: 'timeout' })

    // The stranger's default route is the host, so the packets arrive there with the container's own address.
    expect(await memcacheTalk(stranger, direct, 11_211)).toEqual({ kind: 'timeout' })
    // The host itself reaches it: what was closed above was closed by rules and not by a missing route.
    const fromHost: Pick<Client, 'exec'> = { exec: (argv, options) => host.exec(argv, options) }
    expect(await memcacheTalk(fromHost, direct, 11_211)).toMatchObject({ kind: 'answer' })
    expect(await memcacheTalk(fromHost, '127.0.0.1', port)).toMatchObject({ kind: 'answer' })
  })

  it('control: with the filter off the same sweep gets packets back, and both ways around are open', async () => {
    const target = await panel.client.tenant.show({ name: 'target' })
    for (const program of ['iptables', 'ip6tables'])
      await host.exec([program, '-t', 'raw', '-F', 'PREROUTING'])
    const before = await back()
    const sweep = await startSweep(stranger, host)
    await sweep.more(1)
    await sweep.stop()
    const after = await back()
    expect(after.packets4 - before.packets4).toBeGreaterThan(0)
    expect(after.packets6 - before.packets6).toBeGreaterThan(0)
    expect(await memcacheTalk(stranger, host.address4, target.port ?? 0)).toMatchObject({ kind: 'answer' })
    const direct = await host.exec([
      'docker',
      'inspect',
      '-f',
      '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
      `memharbor-${target.id}`,
    ])
    expect(await memcacheTalk(stranger, direct.stdout.trim(), 11_211)).toMatchObject({ kind: 'answer' })
  })
})

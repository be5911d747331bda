import { afterEach, describe, expect, it, vi } from 'vitest'
import { startHost } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { skipReason } from '../../hosts/platform.ts'
import { openPage } from '../live/page.ts'
import { prepareSandbox } from '../panel.ts'
import { openPanelHost } from '../panel-host.ts'
import { checkHost } from './mode-moments.ts'

const reason = skipReason()
// sudo is waited for in real time.
vi.setConfig({ testTimeout: 600_000 })

describe.skipIf(reason !== null)(`sudo that is slow${reason === null ? '' : ` (${reason})`}`, () => {
  const stops: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
  })

  it('is waited for where the own name of the server does not resolve, and that is told', async () => {
    const host = await startHost({ name: 'web1' })
    stops.push(host.stop)
    await writeHostFile(host.namespace, '/etc/hosts', '127.0.0.1 localhost\n')
    // A name server that is there, and says nothing; with what the resolver does by itself.
    await host.exec(['iptables', '-I', 'INPUT', '-i', 'lo', '-p', 'udp', '--dport', '53', '-j', 'DROP'])
    await writeHostFile(host.namespace, '/etc/resolv.conf', 'nameserver 127.0.0.1\n')
    const since = performance.now()
    await host.exec(['sudo', '-n', 'true'])
    expect(performance.now() - since).toBeGreaterThan(8_000)
    const world = await openPanelHost(host)
    stops.push(world.stop)
    const page = openPage(world.panel.client)
    await prepareSandbox(world.panel, host)
    const told = [...new Set(page.notices)]
    expect(told).toEqual([expect.stringMatching(/^sudo on web1 has not started .*`Defaults !fqdn`/)])
    await page.close()
    expect(await checkHost(world)).toMatchObject({ isSound: true })
  })
})

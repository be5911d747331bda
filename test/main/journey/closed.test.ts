import { afterAll, beforeAll, expect, it } from 'vitest'
import { containerName } from '../../../src/domain/host-names.ts'
import type { Client } from '../../hosts/client.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { answerEveryName, copyProfile, lookUp, lookUpImage, makeLookUpImage } from '../../hosts/look-up.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { importRawImage, rawImage } from '../../hosts/raw-image.ts'
import { runScript } from '../../hosts/run-script.ts'
import { type BackCount, countBack, startSweep } from '../../hosts/sweep.ts'
import { createTenant, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'

/** Asks Docker's resolver over TCP by a send that begins the connection (MSG_FASTOPEN), and tells whether it was sent. */
const fastOpen =
  'socket(S, 2, 1, 0) and defined send(S, "x", 0x20000000, pack("Sna4x8", 2, 53, "\\x7f\\0\\0\\x0b")) and print "sent"'
describeOnHosts('nobody else gets in', () => {
  let world: PanelHost
  let host: HostNamespace
  let friend: Client
  let stranger: Client
  let back: () => Promise<BackCount>

  beforeAll(async () => {
    world = await startPreparedPanelHost()
    host = world.host
    friend = await world.addClient()
    stranger = await world.addClient()
    back = await countBack(stranger, host)
  })
  afterAll(() => world?.stop())

  it('gives no packet back to a stranger who sweeps the range while tenants come and go', async () => {
    const sweep = await startSweep(stranger, host)
    await sweep.more(1)
    for (let round = 0; round < 3; round += 1) {
      const names = ['a', 'b'].map((name) => `${name}${round}`)
      const allow = [{ cidr: friend.address4 }, { cidr: friend.address6 }]
      const made = await Promise.all(names.map((name) => createTenant(world.panel, { name, allow })))
      await sweep.more(1)
      for (const { port } of made) {
        expect(await memcacheTalk(friend, host.address4, port, undefined, 5_000)).toMatchObject({
          kind: 'answer',
        })
      }
      await world.panel.client.tenant.revoke({ name: names[0] ?? '', cidrs: [friend.address4] })
      for (const name of names) await readWork(world.panel.client.tenant.delete({ name, confirmed: true }))
      await sweep.more(1)
    }
    const { rounds, packets } = await sweep.stop()
    expect(rounds).toBeGreaterThanOrEqual(7)
    expect(packets).toBeGreaterThanOrEqual(7 * 20_000)
    expect(await back()).toEqual({ packets4: 0, packets6: 0 })
  })

  it("keeps another tenant's container and a neighbour who routes to the container's address out", async () => {
    const { id, port } = await createTenant(world.panel, {
      name: 'target',
      allow: [{ cidr: friend.address4 }],
    })
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
    const target = await world.panel.client.tenant.show({ name: 'target' })
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

  it('names are looked up by no container, neither those of neighbours nor others', {
    timeout: 180_000,
  }, async () => {
    await writeHostFile(host.namespace, '/etc/resolv.conf', `nameserver ${friend.address4}\n`)
    await answerEveryName(friend)
    const neighbour = containerName((await createTenant(world.panel, { name: 'neighbour' })).id)
    await makeLookUpImage(host)
    const names = [neighbour, 'example.com', 'metadata.google.internal']
    // Docker's resolver asks from the container's network or from the host's, as its version has it.
    await runScript(host, 'iptables -t raw -F')
    for (const name of names) {
      const { stdout } = await lookUp(host, [], name)
      expect(stdout, `the control: ${name}`).toMatch(/^[0-9.]+ /)
    }
    const profile = ['--security-opt', await copyProfile(host, neighbour)]
    const nowhere = ['--dns', '127.0.0.1']
    const own = ['--security-opt', 'no-new-privileges', ...profile, ...nowhere]
    for (const name of names) expect(await lookUp(host, own, name)).toMatchObject({ status: 2, stdout: '' })
    // Each of the two by itself, too: the profile keeps from everything, the setting from what is outside.
    for (const name of names)
      expect(await lookUp(host, profile, name)).toMatchObject({ status: 2, stdout: '' })
    // The controls were answered at once; silence is not waited for twice for five seconds.
    const impatient = ['--dns-opt', 'timeout:2', '--dns-opt', 'attempts:1']
    const alone = await lookUp(host, [...nowhere, ...impatient], 'example.com')
    expect(alone).toMatchObject({ status: 2, stdout: '' })
    const send = (options: readonly string[]) =>
      host.exec([
        ...['docker', 'run', '--rm', '--user', '11211', '--network', 'memharbor-1', ...options],
        ...['--entrypoint', '/usr/bin/perl', lookUpImage, '-e', fastOpen],
      ])
    expect((await send(nowhere)).stdout, 'the control').toBe('sent')
    expect((await send(profile)).stdout).toBe('')
    expect((await send(['--sysctl', 'net.ipv4.tcp_fastopen=0'])).stdout).toBe('')
    expect(await runScript(host, `docker inspect -f '{{.HostConfig.Dns}}' ${neighbour}`)).toBe('[127.0.0.1]')
  })
})

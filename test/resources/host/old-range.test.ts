import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { skipReason } from '../../hosts/platform.ts'
import { installFatalProgram } from './fatal-program.ts'
import { ask, askOne, restore, saveRaw, startHelperHost } from './helper-host.ts'
import { close, configure, placed, put, reserve } from './requests.ts'

const reason = skipReason()
const stateFolder = '/var/lib/memharbor'
const sound = { first: true, closed: true, complete: true }

describe.skipIf(reason !== null)(`ports of another range${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  beforeEach(async () => {
    host = await startHelperHost()
  })
  afterEach(() => host?.stop())

  const sh = async (script: string): Promise<void> => {
    const { status, stderr } = await host.exec(['sh', '-ec', script])
    expect({ script, status, stderr }).toMatchObject({ status: 0 })
  }
  /** The closed ports of each family, in the order of the rules. */
  const closedPorts = async (): Promise<string[][]> => {
    const saved = await Promise.all(([4, 6] as const).map((family) => saveRaw(host, family)))
    return saved.map((text) =>
      [...text.matchAll(/--dport (\S+) -j MEMHARBOR$/gm)].map(([, ports = '']) => ports),
    )
  }
  /** Leaves in the kernel the rules of Docker for a tenant's container that is published there. */
  const publish = (port: number): Promise<void> =>
    sh(
      'ip link show mh1 >/dev/null 2>&1 || ip link add mh1 type bridge; iptables -t nat -N DOCKER 2>/dev/null || true; ' +
        `iptables -t nat -A DOCKER ! -i mh1 -p tcp --dport ${port} -j DNAT --to-destination 10.213.0.2:11211`,
    )

  it('stay closed when a narrower configuration is put back, until the next is asked for', async () => {
    await ask(host, configure({ range: { from: 20_000, to: 20_099 } }))
    await sh(`cp -a ${stateFolder} /root/keep`)
    await ask(host, configure())
    await sh(`rm -r ${stateFolder}; cp -a /root/keep ${stateFolder}`)
    expect(await restore(host)).toMatchObject({ status: 0 })
    const both = ['20000:20099', '20000:29999']
    expect(await closedPorts()).toEqual([both, both])
    expect(await askOne(host, { v: 1, op: 'observe' })).toMatchObject({
      state: { range: { from: 20_000, to: 20_099 } },
      kernel: {
        base: [sound, sound],
        earlierRanges: [{ from: 20_000, to: 29_999 }],
        strayPorts: [],
      },
    })
    expect(await askOne(host, { v: 1, op: 'restore' })).toMatchObject({ changed: [] })
    await ask(host, configure({ range: { from: 20_000, to: 20_199 } }))
    expect(await closedPorts()).toEqual([['20000:20199'], ['20000:20199']])
  })

  it('stay closed when the range is lost with the state', async () => {
    await ask(host, configure({ range: { from: 12_000, to: 12_999 }, supernet: '10.99.0.0/16' }))
    await sh(`echo broken > ${stateFolder}/state.json; : > ${stateFolder}/range`)
    expect(await restore(host)).toMatchObject({ status: 0 })
    expect(await closedPorts()).toEqual([['12000:12999'], ['12000:12999']])
    expect(await saveRaw(host, 4)).toContain('-d 10.99.0.0/16 -j MEMHARBOR-DIRECT')
  })

  it('are closed where a container of a tenant network is published on one', async () => {
    await ask(host, configure())
    await publish(30_001)
    await publish(20_007)
    expect(await restore(host)).toMatchObject({ status: 0 })
    const closed = ['20000:29999', '30001']
    expect(await closedPorts()).toEqual([closed, closed])
    expect(await askOne(host, { v: 1, op: 'observe' })).toMatchObject({
      kernel: { base: [sound, sound], earlierRanges: [], strayPorts: [30_001] },
    })
    await publish(30_002)
    expect(await askOne(host, close('gone0001', null))).toMatchObject({ ok: true, absent: true })
    expect(await closedPorts()).toEqual([
      [...closed, '30002'],
      [...closed, '30002'],
    ])
    await sh('iptables -t nat -D DOCKER 1')
    expect(await restore(host), 'nothing opens by itself').toMatchObject({ status: 0 })
    expect(await closedPorts()).toEqual([
      [...closed, '30002'],
      [...closed, '30002'],
    ])
    await ask(host, configure({ reservedMb: 1 }))
    expect(await closedPorts(), 'by asking').toEqual([
      ['20000:29999', '30002'],
      ['20000:29999', '30002'],
    ])
  })

  it('are closed before Docker runs, where it keeps a container of a tenant network that is published on one', async () => {
    const keep = (root: string, id: string, hostConfig: string): Promise<void> =>
      sh(
        `mkdir -p ${root}/containers/${id}; printf '%s' '${hostConfig}' >${root}/containers/${id}/hostconfig.json`,
      )
    const bound = (network: string, port: string): string =>
      JSON.stringify({
        NetworkMode: network,
        PortBindings: { '11211/tcp': [{ HostIp: '', HostPort: port }] },
      })
    await ask(host, configure())
    await keep('/var/lib/docker', 'a', bound('memharbor-1', '30001'))
    await keep('/var/lib/docker', 'b', bound('memharbor-1', '20007'))
    await keep('/var/lib/docker', 'c', bound('bridge', '30002'))
    await keep('/var/lib/docker', 'd', bound('memharbor-100', '22'))
    await keep('/var/lib/docker', 'e', '{"NetworkMode": null, "PortBindings": ')
    await keep('/var/lib/docker', 'f', bound('memharbor-16384', '30003'))
    expect(await restore(host)).toMatchObject({ status: 0 })
    const closed = ['20000:29999', '30001', '30003']
    expect(await closedPorts()).toEqual([closed, closed])

    await keep('/srv/engine', 'g', bound('memharbor-2', '30004'))
    await writeHostFile(host.namespace, '/etc/docker/daemon.json', '{"data-root": "/srv/engine"}')
    expect(await restore(host)).toMatchObject({ status: 0 })
    expect(await closedPorts()).toEqual([
      [...closed, '30004'],
      [...closed, '30004'],
    ])
  })

  it('are closed where Docker has its own program alone for them, and by a closing of another tenant', async () => {
    await ask(host, configure({ reservedMb: 0 }), reserve(), put(2, placed('acme0001')))
    await sh('ip link add mh1 type bridge')
    const argv = '-proto tcp -host-ip :: -host-port 30001 -container-ip 10.213.0.2 -container-port 11211'
    const proxy = await host.spawn([
      'bash',
      '-c',
      `exec -a docker-proxy bash -c 'echo runs; read line' ${argv}`,
    ])
    await proxy.waitFor('runs')
    expect(await askOne(host, close('acme0001', null))).toMatchObject({ ok: true })
    const closed = ['20000:29999', '30001']
    expect(await closedPorts()).toEqual([closed, closed])
    await proxy.kill()
  })

  it('that are open although a container is published there are no sound filter', async () => {
    await ask(host, configure())
    await publish(30_001)
    expect(await askOne(host, { v: 1, op: 'observe' })).toMatchObject({
      kernel: { base: [{ closed: false }, { closed: false }], strayPorts: [30_001] },
    })
  })

  it('stay closed when damaged records are begun again, or what Docker publishes cannot be read', async () => {
    await ask(host, configure())
    await sh(`echo broken > ${stateFolder}/state.json`)
    const range = { from: 20_000, to: 20_099 }
    expect(await askOne(host, configure({ range, renew: true }))).toMatchObject({ ok: true })
    const both = ['20000:20099', '20000:29999']
    expect(await closedPorts()).toEqual([both, both])
    const nat = await installFatalProgram(host, 'iptables-save', '-t nat')
    await sh('ip link add mh1 type bridge')
    await nat.next('refused')
    expect(await askOne(host, configure({ range, reservedMb: 1 }))).toMatchObject({ ok: true })
    expect(await closedPorts()).toEqual([both, both])
  })

  it('are closed as one where they are many', async () => {
    await ask(host, configure())
    const rules = Array.from({ length: 101 }, (_, at) => 30_000 + 2 * at)
    await publish(rules[0] ?? 0)
    const lines = rules
      .slice(1)
      .map(
        (port) =>
          `-A DOCKER ! -i mh1 -p tcp -m tcp --dport ${port} -j DNAT --to-destination 10.213.0.2:11211`,
      )
    await host.exec(['iptables-restore', '--noflush'], { input: ['*nat', ...lines, 'COMMIT', ''].join('\n') })
    expect(await restore(host)).toMatchObject({ status: 0 })
    expect(await closedPorts()).toEqual([
      ['20000:29999', '30000:30200'],
      ['20000:29999', '30000:30200'],
    ])
  })

  it('are what was closed before, when another range is refused by the kernel', async () => {
    await ask(host, configure())
    await sh('mv /usr/sbin/ipset /usr/sbin/ipset.away')
    expect(await askOne(host, configure({ range: { from: 12_000, to: 12_999 } }))).toMatchObject({
      code: 'kernel',
    })
    await sh('mv /usr/sbin/ipset.away /usr/sbin/ipset')
    expect(await restore(host)).toMatchObject({ status: 0 })
    expect(await closedPorts()).toEqual([['20000:29999'], ['20000:29999']])
  })
})

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import type { Running } from '../../hosts/running.ts'
import { ask, askOne, startHelperHost } from './helper-host.ts'
import { configure, reserve } from './requests.ts'

const reason = skipReason()

const listen = `import socket, sys
listener = socket.create_server((sys.argv[1], int(sys.argv[2])), family=socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET)
print('listening', flush=True)
sys.stdin.read()`

describe.skipIf(reason !== null)(`the helper's listeners${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  const running: Running[] = []

  beforeAll(async () => {
    host = await startHelperHost()
    await ask(host, configure(), reserve('acme0001'), reserve('acme0002'))
  })
  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.kill()))
  })
  afterAll(() => host?.stop())

  const listenOn = async (address: string, port: number): Promise<void> => {
    const program = await host.spawn(['/usr/bin/python3', '-IS', '-c', listen, address, String(port)])
    running.push(program)
    await program.waitFor('listening')
  }
  const look = (deep = false) => askOne(host, { v: 1, op: 'listeners', deep })
  const run = async (...argv: string[]): Promise<void> => {
    const { status, stderr } = await host.exec(argv)
    expect({ argv, status, stderr }).toMatchObject({ status: 0 })
  }

  it('names the ports of tenants that are not heard on exactly the wildcards', async () => {
    await listenOn('0.0.0.0', 20_000)
    await listenOn('::', 20_000)
    await listenOn('127.0.0.1', 20_001)
    await listenOn('::', 20_001)
    const unusual = [{ port: 20_001, addresses: ['::', '127.0.0.1'] }]
    const shallow = { programs: [], translations: [] }
    expect(await look()).toEqual({ ok: true, ipv6: true, unusual, ...shallow })
  })

  it('names with their process those in the range who are not Docker for a tenant', async () => {
    await listenOn('127.0.0.1', 20_001)
    await listenOn('::', 25_000)
    await listenOn('0.0.0.0', 19_999)
    expect(await look(true)).toMatchObject({
      programs: [
        { address: '127.0.0.1', port: 20_001, program: 'python3', pid: expect.any(Number) },
        { address: '::', port: 25_000, program: 'python3', pid: expect.any(Number) },
      ],
    })
  })

  it('does not believe a name: only root is Docker', async () => {
    const words = ['docker-proxy', '-container-ip', '10.213.0.2']
    // `exec -a` gives a program another name in its command line.
    const disguise = `exec -a docker-proxy /usr/bin/python3 -IS -c "$1" 127.0.0.1 20001 ${words.slice(1).join(' ')}`
    const started = async (...as: string[]): Promise<Running> => {
      const program = await host.spawn([...as, 'bash', '-c', disguise, 'bash', listen])
      running.push(program)
      await program.waitFor('listening')
      return program
    }
    const other = await started('setpriv', '--reuid=65534', '--clear-groups')
    expect(await look(true)).toMatchObject({ programs: [{ port: 20_001 }] })
    await other.kill()
    await until('it is gone', async () => {
      const { unusual } = (await look()) as unknown as { unusual: { port: number; addresses: string[] }[] }
      return unusual.find(({ port }) => port === 20_001)?.addresses.length === 0
    })
    await started()
    expect(await look(true)).toMatchObject({ programs: [] })
  })

  it('names rules of both families that lead to tenants, and no others', async () => {
    const own4 = host.address4
    const own6 = host.address6
    const at = (port: number): string[] => ['-p', 'tcp', '-m', 'tcp', '--dport', String(port), '-j']
    const leading: [string, ...string[]][] = [
      ['iptables', 'PREROUTING', ...at(80), 'REDIRECT', '--to-ports', '20000'],
      ['iptables', 'OUTPUT', ...at(81), 'REDIRECT', '--to-ports', '19990-20010'],
      ['iptables', 'PREROUTING', ...at(82), 'DNAT', '--to-destination', `${own4}:20000-20010`],
      ['iptables', 'PREROUTING', ...at(83), 'DNAT', '--to-destination', ':20001'],
      ['iptables', 'PREROUTING', ...at(84), 'DNAT', '--to-destination', '10.213.0.2:11211'],
      ['ip6tables', 'PREROUTING', ...at(80), 'REDIRECT', '--to-ports', '20000'],
      ['ip6tables', 'PREROUTING', ...at(82), 'DNAT', '--to-destination', `[${own6}]:20000`],
    ]
    const others: [string, ...string[]][] = [
      ['iptables', 'PREROUTING', ...at(90), 'REDIRECT', '--to-ports', '8080'],
      ['iptables', 'PREROUTING', ...at(91), 'DNAT', '--to-destination', '192.0.2.9:20000'],
      // As Docker publishes a tenant, one outside the range, which is closed, and another container.
      ['iptables', 'DOCKER', ...at(85), 'DNAT', '--to-destination', '10.213.0.2:11211'],
      ['iptables', 'DOCKER', '!', '-i', 'mh1', ...at(20_000), 'DNAT', '--to-destination', '10.213.0.2:11211'],
      [
        'iptables',
        'DOCKER',
        '!',
        '-i',
        'docker0',
        ...at(25_000),
        'DNAT',
        '--to-destination',
        '172.17.0.2:25000',
      ],
    ]
    await run('iptables', '-t', 'nat', '-N', 'DOCKER')
    for (const [program, ...rule] of [...leading, ...others]) await run(program, '-t', 'nat', '-A', ...rule)
    const { translations } = (await look(true)) as unknown as { translations: { rule: string }[] }
    const ports = translations.map(({ rule }) => /--dport (\d+)/.exec(rule)?.[1])
    expect(ports.sort()).toEqual(['80', '80', '81', '82', '82', '83', '84'])
    for (const [program, ...rule] of [...leading, ...others]) await run(program, '-t', 'nat', '-D', ...rule)
    expect(await look(true)).toMatchObject({ translations: [] })
  })

  it('says whether the host has IPv6', async () => {
    await listenOn('0.0.0.0', 20_000)
    await run('sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1')
    const seen = await look()
    await run('sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=0')
    expect(seen).toMatchObject({ ipv6: false, unusual: [{ port: 20_001, addresses: [] }] })
  })
})

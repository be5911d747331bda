import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Client, startClient } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { type HostNamespace, startHost } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import {
  addSandbox,
  createTenant,
  openPanel,
  type Panel,
  prepareSandbox,
  problemOf,
  readWork,
} from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'

const must = async (host: HostNamespace, ...argv: string[]): Promise<string> => {
  const { status, stdout, stderr } = await host.exec(argv)
  if (status !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`)
  return stdout.trim()
}
const setSysctl = (host: HostNamespace, name: string, value: string) =>
  must(host, 'sysctl', '-qw', `net.ipv4.${name}=${value}`)
const getSysctl = (host: HostNamespace, name: string) => must(host, 'sysctl', '-n', `net.ipv4.${name}`)
/** An interface as a VPN has one: what is sent there is not seen again. */
const addTunnel = (host: HostNamespace, name: string) =>
  must(
    host,
    ...['sh', '-ec'],
    `ip link add ${name} type veth peer name ${name}far; ip link set ${name} arp off up; ip link set ${name}far up`,
  )

const listenForever = `
import socket
door = socket.socket()
door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
door.bind(('', 7777))
door.listen(256)
print('listening', flush=True)
while True:
    door.accept()[0].close()
`
/** How many of argv[3] connections out were answered, and the ports that the kernel took for them. */
const connectOut = `
import json, socket, sys
answered, ports, held = 0, [], []
for _ in range(int(sys.argv[3])):
    out = socket.socket()
    out.settimeout(float(sys.argv[4]))
    try:
        out.connect((sys.argv[1], int(sys.argv[2])))
        answered += 1
    except OSError:
        pass
    ports.append(out.getsockname()[1])
    held.append(out)
print(json.dumps({'answered': answered, 'ports': ports}))
`

describeOnHosts('a host that changes after it was prepared', () => {
  let world: PanelHost
  let host: HostNamespace
  let panel: Panel
  let client: Client

  beforeAll(async () => {
    world = await startPreparedPanelHost()
    ;({ host, panel } = world)
    client = await world.addClient()
    const service = await client.spawn(['/usr/bin/python3', '-c', listenForever])
    await until('something listens outside', async () => (await reachOut(1, 2)).answered === 1)
    expect(service).toBeDefined()
  })
  afterAll(() => world?.stop())

  const reachOut = async (times: number, seconds: number) =>
    JSON.parse(
      await must(host, 'python3', '-c', connectOut, client.address4, '7777', String(times), String(seconds)),
    ) as { answered: number; ports: number[] }
  const check = async (subject: string) =>
    (await panel.client.host.check({ name: 'web1' })).lines.filter((line) => line.subject === subject)
  const isTenantPort = (port: number): boolean => port >= 20_000 && port <= 29_999

  it('loses connections of its own from the range, and is told the line that mends it', async () => {
    expect(await check('Own connections')).toEqual([])
    await setSysctl(host, 'ip_local_reserved_ports', '8080')
    await setSysctl(host, 'ip_local_port_range', '20000 30999')
    const lost = await reachOut(6, 0.5)
    expect(lost.answered).toBe(lost.ports.filter((port) => !isTenantPort(port)).length)
    expect(lost.answered).toBeLessThan(6)
    const [line] = await check('Own connections')
    expect(line).toMatchObject({ verdict: 'bad', sentence: expect.stringContaining('20000-30999') })
    expect(line?.sentence).toContain('20000-29999')
    const command = /`(echo [^`]+)`/.exec(line?.advice ?? '')?.[1] ?? ''
    expect(command).toContain('net.ipv4.ip_local_reserved_ports = 8080,20000-29999')
    await must(host, 'sh', '-ec', command)
    const answered = await reachOut(20, 5)
    expect(answered.answered).toBe(20)
    expect(answered.ports.filter(isTenantPort)).toEqual([])
    expect(await check('Own connections')).toEqual([])
    await must(host, 'rm', '/etc/sysctl.d/99-reserved-ports.conf')
  })

  it('has the range reserved by preparing, beside what others reserved', async () => {
    await setSysctl(host, 'ip_local_reserved_ports', '8080,25000-25009')
    await setSysctl(host, 'ip_local_port_range', '1024 65535')
    expect(await check('Own connections')).toMatchObject([
      { verdict: 'bad', advice: expect.stringContaining('Prepare the host') },
    ])
    const { plan } = await prepareSandbox(panel, host)
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['reserve-ports'])
    expect(plan.steps[0]?.sentence).toContain('1024-65535')
    expect(await getSysctl(host, 'ip_local_reserved_ports')).toBe('8080,20000-29999')
    expect(await check('Own connections')).toEqual([])
    const { answered, ports } = await reachOut(60, 5)
    expect(answered).toBe(60)
    expect(ports.filter(isTenantPort)).toEqual([])
    expect((await panel.client.host.planPrepare({ name: 'web1' })).steps).toEqual([])
    const kept = await must(host, 'cat', '/etc/sysctl.d/60-memharbor-ports.conf')
    expect(kept).toContain('net.ipv4.ip_local_reserved_ports = 8080,20000-29999')
  })

  it('has tenants that a route leads away from, a rule of routing, and a kernel that forwards nothing', async () => {
    const allow = [{ cidr: client.address4 }]
    const { port } = await createTenant(panel, { name: 'acme', allow })
    const talk = async () => (await memcacheTalk(client, host.address4, port, 'version\r\n', 1_500)).kind
    expect(await talk()).toBe('answer')
    expect(await check('Tenant networks')).toEqual([])
    await addTunnel(host, 'wg0')
    const cases = [
      [
        'ip route add 10.213.0.0/24 dev wg0',
        'ip route del 10.213.0.0/24 dev wg0',
        'timeout',
        /route by wg0 leads to 10\.213\.0\.0\/24.*out of the tenant network memharbor-1/,
      ],
      [
        'ip route add 10.213.0.0/16 dev wg0 table 52; ip rule add pref 5270 lookup 52',
        'ip rule del pref 5270; ip route flush table 52',
        'timeout',
        /network on mh1 to wg0/,
      ],
      [
        'ip route add 10.213.0.0/16 dev wg0',
        'ip route del 10.213.0.0/16 dev wg0',
        'answer',
        /route by wg0 leads to 10\.213\.0\.0\/16, .*kept for tenants/,
      ],
      [
        'ip addr add 10.213.77.1/24 dev wg0',
        'ip addr del 10.213.77.1/24 dev wg0',
        'answer',
        /interface wg0 has 10\.213\.77\.0\/24/,
      ],
      [
        'docker network create --subnet 10.213.8.0/24 probe',
        'docker network rm probe',
        'answer',
        /Docker network probe has 10\.213\.8\.0\/24/,
      ],
    ] as const
    for (const [spoil, mend, met, says] of cases) {
      await must(host, 'sh', '-ec', spoil)
      expect(await talk(), spoil).toBe(met)
      const lines = await check('Tenant networks')
      expect(
        lines.every(({ verdict }) => verdict === 'bad'),
        spoil,
      ).toBe(true)
      expect(lines.map(({ sentence }) => sentence).join('\n'), spoil).toMatch(says)
      for (const { advice } of lines) expect(advice, spoil).not.toBe('')
      await must(host, 'sh', '-ec', mend)
      expect(await talk(), mend).toBe('answer')
      expect(await check('Tenant networks'), mend).toEqual([])
    }
    await must(host, 'sh', '-ec', 'ip route add 10.0.0.0/8 dev wg0')
    expect(await check('Tenant networks')).toMatchObject([
      { verdict: 'note', sentence: expect.stringContaining('10.0.0.0/8 (wg0)') },
    ])
    await must(host, 'sh', '-ec', 'ip link del wg0')

    await setSysctl(host, 'ip_forward', '0')
    expect(await talk()).toBe('timeout')
    const [line] = await check('IPv4 forwarding')
    expect(line).toMatchObject({ verdict: 'bad' })
    await must(host, 'sh', '-ec', /`(echo [^`]+)`/.exec(line?.advice ?? '')?.[1] ?? '')
    expect(await talk()).toBe('answer')
    expect(await check('IPv4 forwarding')).toEqual([])
  })

  it('keeps its tenant networks while there are tenants, and lets go of everything in the end', async () => {
    const refused = await problemOf(panel.client.host.planPrepare({ name: 'web1', supernet: '10.99.0.0/16' }))
    expect(refused).toMatchObject({
      code: 'SUPERNET_INVALID',
      message: expect.stringContaining('10.213.0.0/16, and do not move while there are tenants'),
    })
    await readWork(panel.client.tenant.delete({ name: 'acme', confirmed: true }))
    const undo = { name: 'web1', undo: true }
    const { fingerprint } = await panel.client.host.planPrepare(undo)
    await readWork(panel.client.host.prepare({ ...undo, fingerprint, confirmed: true }))
    expect(await getSysctl(host, 'ip_local_reserved_ports')).toBe('8080,25000-25009')
    expect(await must(host, 'sh', '-c', 'ls /etc/sysctl.d | grep memharbor || true')).toBe('')
  })
})

describeOnHosts('a host that is prepared where others are', () => {
  let panel: Panel
  let host: HostNamespace
  const stops: (() => Promise<void>)[] = []

  beforeAll(async () => {
    // The bridge of its own does not come out of the pools.
    const pools = ['10.77.0.0/16', '10.98.0.0/16'].flatMap((base) => [
      ...['--default-address-pool', `base=${base},size=24`],
    ])
    const dockerArguments = ['--bip', '172.17.0.1/16', ...pools]
    host = await startHost({ name: 'web1', sudo: 'nopasswd', dockerArguments })
    stops.push(host.stop)
    panel = await openPanel()
    stops.push(panel.stop)
    await addSandbox(panel, host)
  })
  afterAll(async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
  })

  const plan = (choices: { supernet?: string; portRange?: { from: number; to: number } } = {}) =>
    panel.client.host.planPrepare({ name: 'web1', ...choices })
  const sentenceOf = async (kind: string, choices = {}) =>
    (await plan(choices)).steps.find((step) => step.kind === kind)?.sentence
  const prepare = async (choices: { supernet?: string } = {}) => {
    const { fingerprint } = await plan(choices)
    const input = { name: 'web1', ...choices, fingerprint, confirmed: false }
    await readWork(panel.client.host.prepare(input))
  }
  const subnet = () =>
    must(host, 'docker', 'network', 'inspect', '-f', '{{(index .IPAM.Config 0).Subnet}}', 'memharbor-1')

  it('takes ports that somebody reserved, and never recommends those that it refuses', async () => {
    await setSysctl(host, 'ip_local_port_range', '1024 65535')
    const wide = await problemOf(plan({ portRange: { from: 10_000, to: 60_000 } }))
    expect(wide).toMatchObject({ code: 'PORT_RANGE_INVALID', details: { instead: '20000-29999' } })
    await setSysctl(host, 'ip_local_port_range', '15000 40000')
    const usual = await problemOf(plan())
    expect(usual).toMatchObject({
      code: 'PORT_RANGE_INVALID',
      details: { instead: '55536-65535', reserve: '20000-29999' },
    })
    expect(usual.advice).not.toContain('example 20000')
    await setSysctl(host, 'ip_local_port_range', '1024 65535')
    await setSysctl(host, 'ip_local_reserved_ports', '20000-29999')
    expect((await plan()).steps.map(({ kind }) => kind)).not.toContain('reserve-ports')
  })

  it('puts tenant networks where no Docker network, route or interface is, before a port is closed', async () => {
    await must(host, 'docker', 'network', 'create', '--subnet', '10.213.0.0/24', 'probe')
    await addTunnel(host, 'wg0')
    await must(host, 'ip', 'route', 'add', '10.214.0.0/16', 'dev', 'wg0')
    expect(await sentenceOf('create-network'), 'not out of what Docker gives to others').toContain('172.30.0')
    await must(host, 'ip', 'route', 'add', '10.77.3.0/24', 'dev', 'wg0', 'table', '52')
    expect(await sentenceOf('create-network')).toContain('172.30.0.0/22')
    await must(host, 'ip', 'addr', 'add', '172.30.9.1/24', 'dev', 'wg0')
    expect(await sentenceOf('close-range')).toContain('172.29.0.0/16')
    for (const [supernet, says] of [
      ['10.213.0.0/16', /10\.213\.0\.0\/24 of the Docker network probe/],
      ['10.214.0.0/16', /10\.214\.0\.0\/16, to which a route by wg0 leads/],
      ['10.77.0.0/16', /10\.77\.3\.0\/24, to which a route by wg0 \(table 52\) leads/],
      ['172.30.0.0/16', /172\.30\.9\.0\/24 of the interface wg0/],
      ['8.8.0.0/16', /no network of \/22 or wider/],
    ] as const) {
      const refused = await problemOf(plan({ supernet }))
      expect(refused).toMatchObject({ code: 'SUPERNET_INVALID', details: { instead: '172.29.0.0/16' } })
      expect(refused.message).toMatch(says)
    }
    expect(await must(host, 'iptables-save', '-t', 'raw')).not.toContain('MEMHARBOR')
    await must(host, 'ip', 'route', 'add', '172.16.0.0/12', 'dev', 'wg0')
    await must(host, 'ip', 'route', 'add', '10.0.0.0/8', 'dev', 'wg0')
    const none = await problemOf(plan())
    expect(none).toMatchObject({
      code: 'SUPERNET_INVALID',
      message: expect.stringContaining('10.213.0.0/24'),
    })
    expect(await sentenceOf('close-range', { supernet: '10.99.0.0/16' })).toContain('10.99.0.0/16')
    await must(host, 'ip', 'route', 'del', '10.0.0.0/8', 'dev', 'wg0')
  })

  it('has them where the operator wants them, and elsewhere as long as there is no tenant', async () => {
    await prepare({ supernet: '10.99.0.0/16' })
    expect(await subnet()).toBe('10.99.0.0/22')
    expect((await plan({ supernet: '10.99.0.0/16' })).steps).toEqual([])
    expect((await plan()).steps).toEqual([])
    await must(host, 'ip', 'route', 'add', '10.99.3.0/24', 'dev', 'wg0')
    const { lines } = await panel.client.host.check({ name: 'web1' })
    expect(lines.filter(({ subject }) => subject === 'Tenant networks')).toMatchObject([
      { verdict: 'bad', advice: 'Prepare the host: it moves the tenant networks to another one.' },
    ])
    expect((await plan({ supernet: '10.98.0.0/16' })).steps.map(({ kind }) => kind)).toEqual([
      'remove-network',
      'close-range',
      'create-network',
    ])
    await prepare({ supernet: '10.98.0.0/16' })
    expect(await subnet()).toBe('10.98.0.0/22')
    const client = await startClient(host, { index: 0 })
    stops.push(client.stop)
    const allow = [{ cidr: client.address4 }]
    const { port } = await createTenant(panel, { name: 'acme', allow })
    expect(await memcacheTalk(client, host.address4, port)).toMatchObject({ kind: 'answer' })
    const looked = await panel.client.host.check({ name: 'web1' })
    expect(looked.ready).toBe(true)
    expect(looked.lines.filter(({ subject }) => subject === 'Tenant networks')).toMatchObject([
      { verdict: 'note', sentence: expect.stringContaining('out of 10.98.0.0/16') },
    ])
  })
})

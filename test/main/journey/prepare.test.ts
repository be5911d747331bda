import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startClient } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import { type HostNamespace, type HostOptions, startHost } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { skipReason } from '../../hosts/platform.ts'
import {
  addSandbox,
  createTenant,
  openPanel,
  type Panel,
  prepareSandbox,
  problemOf,
  readWork,
} from '../panel.ts'

const reason = skipReason()

/** Everything on a host that is ours, by the names of the design. */
const observeOurs = async (host: HostNamespace): Promise<string> => {
  const look = async (...argv: string[]): Promise<string> => (await host.exec(argv)).stdout
  return [
    await look('find', '/usr/local/sbin', '/var/lib/memharbor', '/etc', '-name', '*memharbor*'),
    await look('find', '/var/lib/memharbor', '-mindepth', '1'),
    ...(await Promise.all(['iptables-save', 'ip6tables-save'].map((save) => look(save, '-t', 'raw')))).map(
      (rules) =>
        rules
          .split('\n')
          .filter((rule) => /memharbor|mh/i.test(rule))
          .join('\n'),
    ),
    await look('ipset', 'list', '-n'),
    await look('docker', 'network', 'ls', '--filter', 'name=memharbor', '--format', '{{.Name}}'),
    await look('docker', 'images', '--format', '{{.Repository}}'),
    await look('docker', 'ps', '-a', '--format', '{{.Names}}'),
  ]
    .join('')
    .trim()
}

describe.skipIf(reason !== null)(`preparing${reason === null ? '' : ` (${reason})`}`, () => {
  let panel: Panel
  let host: HostNamespace
  const stops: (() => Promise<void>)[] = []

  const start = async (options: HostOptions = {}): Promise<HostNamespace> => {
    const started = await startHost({ name: 'web1', ...options })
    stops.push(started.stop)
    return started
  }

  beforeEach(async () => {
    panel = await openPanel()
    stops.push(panel.stop)
  })

  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
  })

  const undo = async (confirmed = true) => {
    const plan = await panel.client.host.planPrepare({ name: 'web1', undo: true })
    const input = { name: 'web1', undo: true, fingerprint: plan.fingerprint, confirmed }
    return readWork(panel.client.host.prepare({ ...input, sudoPassword: host.sudoPassword }))
  }

  it('is taken away completely, but not while a tenant is there and not unasked', async () => {
    host = await start()
    await addSandbox(panel, host)
    expect(await observeOurs(host)).toBe('')
    await prepareSandbox(panel, host)
    expect(await observeOurs(host)).not.toBe('')
    await createTenant(panel, { name: 'acme' })
    const plan = panel.client.host.planPrepare({ name: 'web1', undo: true })
    expect(await problemOf(plan)).toMatchObject({
      code: 'HOST_HAS_TENANTS',
      details: { tenants: ['acme'] },
    })
    await readWork(panel.client.tenant.delete({ name: 'acme', confirmed: true }))
    expect(await problemOf(undo(false))).toMatchObject({ code: 'CONFIRMATION_NEEDED' })
    const before = await observeOurs(host)
    const { sudoPassword } = host
    host = { ...host, sudoPassword: 'certainly wrong' }
    expect(await problemOf(undo())).toMatchObject({ code: 'SUDO_PASSWORD_WRONG' })
    expect(await observeOurs(host)).toBe(before)
    host = { ...host, sudoPassword }
    const { result } = await undo()
    expect(result.mode).toBe('unknown')
    expect(await observeOurs(host)).toBe('')
    await prepareSandbox(panel, host)
    await createTenant(panel, { name: 'acme' })
  })

  it('refuses a plan that is not the one that was shown', async () => {
    host = await start()
    await addSandbox(panel, host)
    const input = { name: 'web1', fingerprint: 'another', confirmed: false, sudoPassword: host.sudoPassword }
    expect(await problemOf(readWork(panel.client.host.prepare(input)))).toMatchObject({ code: 'PLAN_STALE' })
    expect(await observeOurs(host)).toBe('')
  })

  it('repairs what was changed behind its back', async () => {
    host = await start({ sudo: 'nopasswd' })
    await addSandbox(panel, host)
    await prepareSandbox(panel, host)
    await host.exec(['bash', '-c', 'echo "# changed" >> /usr/local/sbin/memharbor-host'])
    await host.exec(['iptables', '-t', 'raw', '-F', 'PREROUTING'])
    await host.exec(['docker', 'network', 'rm', 'memharbor-1'])
    const { lines, ready } = await panel.client.host.check({ name: 'web1' })
    expect(ready).toBe(false)
    const missing = lines.filter((line) => line.verdict === 'missing').map((line) => line.subject)
    expect(missing).toEqual(['Networks', 'Helper', 'Filter'])
    await prepareSandbox(panel, host)
    expect((await panel.client.host.check({ name: 'web1' })).ready).toBe(true)
  })

  it('never puts an older helper over a newer one', async () => {
    host = await start({ sudo: 'nopasswd' })
    await addSandbox(panel, host)
    await prepareSandbox(panel, host)
    const newer = "s/^VERSION = '.*'$/VERSION = '99.0.0'/"
    await host.exec(['sed', '-i', newer, '/usr/local/sbin/memharbor-host'])
    const { lines } = await panel.client.host.check({ name: 'web1' })
    expect(lines.find((line) => line.subject === 'Helper')).toMatchObject({
      verdict: 'note',
      sentence: expect.stringContaining('99.0.0, newer than'),
    })
    expect((await panel.client.host.planPrepare({ name: 'web1' })).steps).toEqual([])
    await createTenant(panel, { name: 'acme' })

    // A helper of another protocol is not spoken to, and not replaced either.
    await host.exec(['sed', '-i', 's/^PROTOCOL = 1$/PROTOCOL = 2/', '/usr/local/sbin/memharbor-host'])
    await panel.close()
    panel = await openPanel(panel.dataDir)
    stops.push(panel.stop)
    const refused = await problemOf(
      panel.client.tenant.allow({ name: 'acme', entries: [{ cidr: '203.0.113.7' }] }),
    )
    expect(refused).toMatchObject({ code: 'HELPER_INCOMPATIBLE', details: { speaks: 'protocol 1' } })
    expect((await problemOf(panel.client.host.planPrepare({ name: 'web1' }))).code).toBe(
      'HELPER_INCOMPATIBLE',
    )
  })

  it('takes other ports when told, and refuses those that cannot be closed', async () => {
    host = await start({ sudo: 'nopasswd' })
    await addSandbox(panel, host)
    const choose = (from: number, to: number) =>
      panel.client.host.planPrepare({ name: 'web1', portRange: { from, to } })
    const overlapping = await problemOf(choose(30_000, 40_000))
    expect(overlapping).toMatchObject({ code: 'PORT_RANGE_INVALID', details: { from: 30_000, to: 40_000 } })
    expect((await problemOf(choose(80, 443))).code).toBe('PORT_RANGE_INVALID')
    expect((await problemOf(choose(25_000, 24_000))).code).toBe('PORT_RANGE_INVALID')
    const portRange = { from: 25_000, to: 25_001 }
    const plan = await choose(portRange.from, portRange.to)
    const input = { name: 'web1', portRange, fingerprint: plan.fingerprint, confirmed: false }
    expect((await readWork(panel.client.host.prepare(input))).result.portRange).toEqual(portRange)
    expect((await createTenant(panel, { name: 'one' })).port).toBe(25_000)
    expect((await createTenant(panel, { name: 'two' })).port).toBe(25_001)
    await readWork(panel.client.tenant.delete({ name: 'one', confirmed: true }))
    const full = await problemOf(readWork(panel.client.tenant.create({ name: 'three' })))
    expect(full).toMatchObject({ code: 'NO_PORT_LEFT', details: { ...portRange, quarantined: 1 } })
    expect(await panel.client.tenant.list({})).toHaveLength(1)
  })

  it('pulls the image by its digest where a registry has it', async () => {
    host = await start({ sudo: 'nopasswd' })
    await addSandbox(panel, host)
    await prepareSandbox(panel, host)
    const config =
      'version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: /run/registry\nhttp:\n  addr: 127.0.0.1:5000\n'
    await host.exec(['tee', '/run/registry.yml'], { input: config })
    const registry = await host.spawn(['docker-registry', 'serve', '/run/registry.yml'])
    const reference = '127.0.0.1:5000/cache:1.6'
    await until('the registry answers', async () => {
      const connected = await host.exec(['bash', '-c', 'exec 3<>/dev/tcp/127.0.0.1/5000'])
      return connected.status === 0
    })
    expect((await host.exec(['docker', 'tag', 'memharbor/memcached:current', reference])).stderr).toBe('')
    const pushed = await host.exec(['docker', 'push', reference])
    const digest = /digest: (sha256:[0-9a-f]{64})/.exec(pushed.stdout)?.[1] ?? ''
    expect(digest).not.toBe('')
    const choice = { name: 'web1', image: reference }
    const plan = await panel.client.host.planPrepare(choice)
    expect(plan.steps).toEqual([{ kind: 'pull-image', sentence: `Pull ${reference} as ${digest}` }])
    await readWork(panel.client.host.prepare({ ...choice, fingerprint: plan.fingerprint, confirmed: false }))
    const digests = await host.exec([
      'docker',
      'inspect',
      '-f',
      '{{.RepoDigests}}',
      'memharbor/memcached:current',
    ])
    expect(digests.stdout).toContain(digest)
    const client = await startClient(host, { index: 0 })
    const { port } = await createTenant(panel, { name: 'acme', allow: [{ cidr: client.address4 }] })
    expect(await memcacheTalk(client, host.address4, port)).toMatchObject({ kind: 'answer' })
    await client.stop()
    await registry.kill()
  })

  it('does not wait long for a registry that does not answer, and not again for the plan that it told', async () => {
    host = await start({ sudo: 'nopasswd' })
    await addSandbox(panel, host)
    // What is sent to other networks is lost without a word, to the name server of the host too.
    const hole = [
      'link add hole type veth peer name bottom',
      'link set hole arp off up',
      'link set bottom up',
      'route add default dev hole',
    ]
    for (const words of hole) expect((await host.exec(['ip', ...words.split(' ')])).stderr).toBe('')
    // sudo would ask that name server for the host's own name.
    await host.exec(['sh', '-c', 'echo 127.0.1.1 web1 >> /etc/hosts'])
    const timed = async <T>(work: Promise<T>) => {
      const began = performance.now()
      const value = await work
      return { value, seconds: (performance.now() - began) / 1_000 }
    }
    const planned = await timed(panel.client.host.planPrepare({ name: 'web1' }))
    expect(planned.value.steps.at(-1)?.sentence).toContain('(the registry did not answer within 4 s)')
    expect(planned.seconds).toBeLessThan(8)
    const again = await timed(panel.client.host.planPrepare({ name: 'web1' }))
    expect(again.value).toEqual(planned.value)
    // Docker itself looks on after nobody waits any more, and some versions describe themselves only when that has ended.
    expect(planned.seconds + again.seconds).toBeLessThan(14)
    await prepareSandbox(panel, host)
    // An image that is there is asked for nowhere.
    const ready = await timed(panel.client.host.planPrepare({ name: 'web1' }))
    expect(ready.value.steps).toEqual([])
    expect(ready.seconds).toBeLessThan(3)
  })

  it('publishes on loopback only where there is no root, and says why', async () => {
    host = await start({ sudo: 'none' })
    const client = await startClient(host, { index: 0 })
    await addSandbox(panel, host)
    const choice = { name: 'web1', loopback: true }
    const plan = await panel.client.host.planPrepare(choice)
    expect(plan.steps.map((step) => step.kind)).toEqual(['create-network', 'build-image'])
    const { result } = await readWork(
      panel.client.host.prepare({ ...choice, fingerprint: plan.fingerprint, confirmed: false }),
    )
    expect(result).toMatchObject({
      mode: 'loopback',
      modeReason: expect.stringContaining('without a filter'),
    })
    const { port, addresses } = await createTenant(panel, { name: 'local' })
    expect(addresses).toEqual(['127.0.0.1'])
    expect(await memcacheTalk(client, host.address4, port)).toMatchObject({ kind: 'refused' })
    expect(await memcacheTalk(host, '127.0.0.1', port)).toMatchObject({ kind: 'answer' })
    const refused = await problemOf(
      panel.client.tenant.allow({ name: 'local', entries: [{ cidr: '203.0.113.7' }] }),
    )
    expect(refused).toMatchObject({ code: 'HOST_LOOPBACK_ONLY' })
    const { lines } = await panel.client.host.check({ name: 'web1' })
    expect(lines.find((line) => line.subject === 'Filter')).toMatchObject({ verdict: 'note' })
    await readWork(panel.client.tenant.delete({ name: 'local', confirmed: true }))
    expect((await createTenant(panel, { name: 'local' })).port).toBe(port + 1)
    await client.stop()
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderAllowlistChange, renderTenants } from '../../../src/main/cli/render-tenant.ts'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import type { Running } from '../../hosts/running.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox, readWork } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'

const reason = skipReason()

describe.skipIf(reason !== null)(`who listens for tenants${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  let panel: Panel
  let id: string
  let port: number

  beforeAll(async () => {
    host = await startPreparedHost({ name: 'web1' })
    panel = await openPanel()
    await addSandbox(panel, host)
    await prepareSandbox(panel, host)
    const tenant = await createTenant(panel, { name: 'acme', memoryMb: 64 })
    id = tenant.id
    port = tenant.port
  })
  afterAll(async () => {
    await panel?.stop()
    await host?.stop()
  })

  const inHost = async (...argv: string[]): Promise<string> => {
    const { status, stdout, stderr } = await host.exec(argv)
    expect({ argv, status, stderr }).toMatchObject({ status: 0 })
    return stdout.trim()
  }
  const listed = async () => (await panel.client.tenant.list({ host: 'web1' }))[0]
  const badLines = async (): Promise<string[]> => {
    const { lines } = await panel.client.host.check({ name: 'web1' })
    return lines
      .filter(({ verdict }) => verdict === 'bad')
      .map(({ sentence, advice }) => `${sentence} ${advice}`)
  }
  /** `LISTEN 0 4096 [::]:20000 [::]:* users:(("docker-proxy",pid=214,fd=4))` */
  const proxyPid = async (): Promise<string> =>
    /"docker-proxy",pid=(\d+)/.exec(await inHost('ss', '-H6ltnp', `sport = :${port}`))?.[1] ?? ''

  it('a tenant with both listeners, and nobody else, is well', async () => {
    expect(await listed()).toMatchObject({ state: 'running', why: '', faults: [] })
    expect(await badLines()).toEqual([])
  })

  it('a running tenant whose docker-proxy for IPv6 ended is told, and a restart mends it', async () => {
    await inHost('kill', '-9', await proxyPid())
    await until('the listener is gone', async () => (await proxyPid()) === '')
    const sentence = `Nothing listens on [::]:${port}, so it is not reached over IPv6. A restart mends that.`
    expect(await listed()).toMatchObject({ state: 'running', faults: ['listener'], why: sentence })
    expect(await panel.client.tenant.show({ name: 'acme' })).toMatchObject({
      faults: ['listener'],
      why: sentence,
    })
    expect(renderTenants(await panel.client.tenant.list({}))).toMatch(/acme +running \(listener gone\)/)
    expect(await badLines()).toEqual([
      `acme runs, but nothing listens on [::]:${port}. Restart it: \`memharbor tenant restart acme\`.`,
    ])
    await readWork(panel.client.tenant.restart({ name: 'acme', confirmed: true }))
    expect(await proxyPid()).not.toBe('')
    expect(await listed()).toMatchObject({ state: 'running', faults: [], why: '' })
  })

  it('a rule that leads to the tenant past the filter is named with the command that takes it away', async () => {
    const rule = [
      'PREROUTING',
      '-p',
      'tcp',
      '-m',
      'tcp',
      '--dport',
      '80',
      '-j',
      'REDIRECT',
      '--to-ports',
      String(port),
    ]
    await inHost('iptables', '-t', 'nat', '-A', ...rule)
    const [line = '', ...others] = await badLines()
    expect(others).toEqual([])
    expect(line).toContain(`A rule leads to tenants past the filter: iptables -t nat -A ${rule.join(' ')}`)
    expect(line).toContain(`iptables -t nat -D ${rule.join(' ')}`)
    await inHost('iptables', '-t', 'nat', '-D', ...rule)
    expect(await badLines()).toEqual([])
  })

  it('a tenant on another network is told by lists, the check, suspend and revoke, until it is off that', async () => {
    const name = `memharbor-${id}`
    await inHost('docker', 'network', 'connect', 'bridge', name)
    const advice = `\`docker network disconnect bridge ${name}\``
    expect(await listed()).toMatchObject({ state: 'running', faults: ['network'] })
    expect((await listed())?.why).toContain(advice)
    const bad = await badLines()
    expect(bad).toHaveLength(1)
    expect(bad[0]).toMatch(/^acme: Its container is also joined to the network bridge: /)
    expect(bad[0]).toContain(advice)
    const suspended = await panel.client.tenant.suspend({ name: 'acme' })
    expect(suspended).toMatchObject({ state: 'suspended', faults: ['network'] })
    expect(suspended.why).toContain('there it can still be reached')
    await panel.client.tenant.allow({ name: 'acme', entries: [{ cidr: '203.0.113.7/32' }] })
    const revoked = await panel.client.tenant.revoke({ name: 'acme', cidrs: ['203.0.113.7'] })
    expect(renderAllowlistChange('Revoked', revoked)).toContain(
      'WARNING: acme is still reached past the filter.',
    )
    await panel.client.tenant.resume({ name: 'acme' })
    await inHost('docker', 'network', 'disconnect', 'bridge', name)
    expect(await listed()).toMatchObject({ state: 'running', faults: [], why: '' })
    expect(await badLines()).toEqual([])
  })

  it('a container of somebody else on the network of tenants is noted', async () => {
    await inHost(
      'docker',
      'run',
      '-d',
      '--name',
      'proxy',
      '--network',
      'memharbor-1',
      'memharbor/memcached:current',
    )
    const { lines } = await panel.client.host.check({ name: 'web1' })
    expect(lines.filter(({ subject }) => subject === 'Isolation')).toMatchObject([
      {
        verdict: 'note',
        sentence: expect.stringMatching(/^Container proxy, .* tenant network memharbor-1,/),
      },
      { verdict: 'good' },
    ])
    await inHost('docker', 'rm', '-f', 'proxy')
  })

  describe('while its container is down', () => {
    let squatter: Running | undefined

    afterAll(async () => {
      await squatter?.kill()
    })

    it('nothing is told as long as nobody listens there', async () => {
      await inHost('docker', 'stop', '-t', '1', `memharbor-${id}`)
      expect(await listed()).toMatchObject({ state: 'stopped', faults: [] })
    })

    it('a program that listens on its port is named', async () => {
      squatter = await host.spawn([
        '/usr/bin/python3',
        '-m',
        'http.server',
        '--bind',
        '127.0.0.1',
        String(port),
      ])
      const told = `listens on its port ${port}: end that there, then restart the tenant.`
      await until('it is told', async () => (await listed())?.faults.includes('port-taken') === true)
      expect((await listed())?.why).toMatch(new RegExp(`python3 \\(process \\d+\\) ${told}$`))
      const lines = await badLines()
      expect(lines).toHaveLength(1)
      expect(lines[0]).toMatch(
        new RegExp(
          `^python3 \\(process \\d+\\) listens on port ${port}, which is that of acme\\. End it there`,
        ),
      )
      await squatter.kill()
      squatter = undefined
      await readWork(panel.client.tenant.restart({ name: 'acme', confirmed: true }))
      expect(await listed()).toMatchObject({ state: 'running', faults: [] })
    })
  })
})

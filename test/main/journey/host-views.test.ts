import os from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CheckLine } from '../../../src/contract/host.ts'
import { renderAllowlistChange, renderTenants } from '../../../src/main/cli/render-tenant.ts'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { type HostNamespace, startHost } from '../../hosts/host.ts'
import { mustRun } from '../../hosts/run.ts'
import type { Running } from '../../hosts/running.ts'
import { createTenant, type Panel, prepareSandbox, problemOf, readWork } from '../panel.ts'
import { openPanelHost, type PanelHost } from '../panel-host.ts'

describeOnHosts('what a host is', () => {
  let world: PanelHost
  let host: HostNamespace
  let panel: Panel

  beforeAll(async () => {
    world = await openPanelHost(await startHost({ name: 'web1' }))
    host = world.host
    panel = world.panel
  })
  afterAll(() => world?.stop())

  const watch = async (): Promise<{ lines: CheckLine[]; ready: boolean }> => {
    const lines: CheckLine[] = []
    const told = await panel.client.host.watchCheck({ name: 'web1' })
    for (;;) {
      const next = await told.next()
      if (next.done === true) return { lines, ready: next.value?.ready === true }
      lines.push(next.value)
    }
  }

  it('the check line by line is the check', async () => {
    const checked = await panel.client.host.check({ name: 'web1' })
    const watched = await watch()
    expect(watched.lines).toEqual(checked.lines)
    expect(watched.lines.map(({ subject }) => subject).slice(0, 3)).toEqual([
      'Connection',
      'System',
      'Docker',
    ])
    expect(watched.ready).toBe(false)
    expect(await problemOf(readWork(panel.client.host.watchCheck({ name: 'web2' }) as never))).toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  it('before it is prepared, its facts are those that need no helper', async () => {
    const seen = await panel.client.host.facts({ name: 'web1' })
    expect(seen).toMatchObject({
      ports: { from: 20_000, to: 29_999, taken: 0, keptBack: 0 },
      tenants: { running: 0, other: 0 },
      connection: 'By one SSH connection; Docker by a forwarded socket.',
    })
    expect(seen.memory.promisedMb).toBe(0)
    expect(seen.versions.map(({ name }) => name)).not.toContain('Helper')
  })

  it('a host is prepared with the range of the settings, and tenants get the sizes of the settings', async () => {
    await panel.client.settings.change({
      portRange: { from: 21_000, to: 21_099 },
      newTenant: { memoryMb: 30, maxConnections: 100 },
    })
    const { result } = await prepareSandbox(panel, host)
    expect(result.portRange).toEqual({ from: 21_000, to: 21_099 })
    expect((await watch()).ready).toBe(true)
    await panel.client.settings.change({ portRange: { from: 22_000, to: 22_099 } })
    expect((await panel.client.host.planPrepare({ name: 'web1' })).steps).toEqual([])
    const tenant = await createTenant(panel, { name: 'acme' })
    expect(tenant).toMatchObject({ port: 21_000, memoryMb: 30, maxConnections: 100 })
  })

  it('its facts count what is promised and taken, as the helper does', async () => {
    const { port } = await createTenant(panel, { name: 'beta', memoryMb: 60 })
    const two = await panel.client.host.facts({ name: 'web1' })
    // 30 + 5 + 16, and 60 + 10 + 16.
    expect(two.memory).toMatchObject({ promisedMb: 137 })
    expect(two.ports).toEqual({ from: 21_000, to: 21_099, taken: 2, keptBack: 0 })
    expect(two.tenants).toEqual({ running: 2, other: 0 })
    const { totalMb, usedMb, freeMb, promisableMb } = two.memory
    if (totalMb === null || usedMb === null || freeMb === null || promisableMb === null)
      throw new Error('a sandbox tells its memory')
    expect(usedMb + freeMb).toBe(totalMb)
    const tooMuch = Math.ceil(((promisableMb - 15) * 6) / 7)
    const refused = await problemOf(readWork(panel.client.tenant.create({ name: 'huge', memoryMb: tooMuch })))
    expect(refused).toMatchObject({ code: 'MEMORY_OVERCOMMITTED', details: { freeMb: promisableMb } })
    expect(two.versions.map(({ name }) => name)).toEqual([
      ...['System', 'Linux', 'Docker', 'memcached', 'Helper', 'iptables'],
    ])
    await readWork(panel.client.tenant.delete({ name: 'beta', confirmed: true }))
    const one = await panel.client.host.facts({ name: 'web1' })
    expect(one.ports).toMatchObject({ taken: 1, keptBack: 1 })
    expect(one.tenants).toEqual({ running: 1, other: 0 })
    expect(port).toBe(21_001)
  })

  it('says from which address the operator comes', async () => {
    const { address, reason: mind } = await panel.client.host.myAddress({ name: 'web1' })
    const own = Object.values(os.networkInterfaces()).flatMap((all) => all?.map((one) => one.address) ?? [])
    expect(own).toContain(address)
    expect(mind).toBe('')
  })

  describe('who listens for its tenants:', () => {
    let id: string
    let port: number

    beforeAll(async () => {
      const tenant = await panel.client.tenant.show({ name: 'acme' })
      id = tenant.id
      port = tenant.port ?? 0
    })

    const inHost = async (...argv: string[]) => (await mustRun(host.namespace.enter(argv))).trim()
    const listed = async () => (await panel.client.tenant.list({})).find(({ name }) => name === 'acme')
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
        `acme runs, but nothing listens on [::]:${port}, so it is not reached over IPv6. \`memharbor tenant restart acme\` mends that, with an empty cache.`,
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

    it('a bridge of tenants that passes the filter by, and an interface that only has such a name, are named', async () => {
      await inHost('ip', 'link', 'set', 'mh1', 'type', 'bridge', 'nf_call_iptables', '0')
      await inHost('ip', 'link', 'add', 'mhstray', 'type', 'veth', 'peer', 'name', 'stray')
      const isolation = async () => {
        const { lines } = await panel.client.host.check({ name: 'web1' })
        return lines.filter(({ subject }) => subject === 'Isolation')
      }
      expect(await isolation()).toMatchObject([
        { verdict: 'bad', sentence: expect.stringMatching(/^Interface mhstray is no bridge of a tenant/) },
        { verdict: 'bad', sentence: expect.stringMatching(/^Bridge mh1 is not set to filter what tenants/) },
      ])
      await inHost('ip', 'link', 'delete', 'mhstray')
      await inHost('ip', 'link', 'set', 'mh1', 'type', 'bridge', 'nf_call_iptables', '1')
      expect(await isolation()).toMatchObject([{ verdict: 'good' }])
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
        const all = await badLines()
        const lines = all.filter((line) => line.startsWith('python3'))
        expect(all.filter((line) => !lines.includes(line))).toEqual([
          expect.stringMatching(/not run: acme\. The port of acme is taken: end what Listeners names/),
        ])
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

  it('a pasted list is judged against the allowlist', async () => {
    await panel.client.tenant.allow({ name: 'acme', entries: [{ cidr: '203.0.113.0/24' }] })
    const preview = await panel.client.tenant.previewAllow({ name: 'acme', text: '203.0.113.7\nx' })
    expect(preview.entries).toMatchObject([{ note: '203.0.113.0/24 on the allowlist lets it in already.' }])
    expect(preview.problems).toMatchObject([{ line: 2, given: 'x' }])
    expect((await panel.client.tenant.previewAllow({ text: '203.0.113.7' })).entries).toMatchObject([
      { note: '' },
    ])
    const unknown = await problemOf(panel.client.tenant.previewAllow({ name: 'nobody', text: '' }))
    expect(unknown.code).toBe('NOT_FOUND')
  })
})

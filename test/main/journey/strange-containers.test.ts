import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { mustRun } from '../../hosts/run.ts'
import { createTenant, type Panel, problemOf, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { type Difference, expectDifference, type Made, useMadeContainer } from './made-container.ts'

describeOnHosts('a container that somebody renamed, copied or put in the place of a tenant', () => {
  let world: PanelHost
  let host: HostNamespace
  let panel: Panel
  let id: string
  let port: number

  beforeAll(async () => {
    world = await startPreparedPanelHost()
    host = world.host
    panel = world.panel
    ;({ id, port } = await createTenant(panel, { name: 'acme', memoryMb: 30 }))
  })
  afterAll(() => world?.stop())

  const inHost = async (...argv: string[]) => (await mustRun(host.namespace.enter(argv))).trim()
  const listed = async () => (await panel.client.tenant.list({})).find(({ name }) => name === 'acme')
  const badLines = async (): Promise<string[]> => {
    const { lines } = await panel.client.host.check({ name: 'web1' })
    return lines
      .filter(({ verdict }) => verdict === 'bad')
      .map(({ sentence, advice }) => `${sentence} ${advice}`)
  }

  it('a renamed container is told with the command that names it back', async () => {
    await inHost('docker', 'rename', `memharbor-${id}`, 'cache1')
    const advice = `\`docker rename cache1 memharbor-${id}\``
    expect(await listed()).toMatchObject({ state: 'running', faults: ['renamed'] })
    expect((await listed())?.why).toContain(advice)
    expect(await badLines()).toEqual([expect.stringMatching(/^acme: Its container was renamed to cache1, /)])
    expect((await badLines())[0]).toContain(advice)
    // No second container is made beside it, which would be empty.
    const changes = [
      () => readWork(panel.client.tenant.restart({ name: 'acme', confirmed: true })),
      () => readWork(panel.client.tenant.move({ name: 'acme', port: port + 50, confirmed: true })),
      () => readWork(panel.client.tenant.resize({ name: 'acme', memoryMb: 40, confirmed: true })),
    ]
    for (const change of changes) {
      const problem = await problemOf(change())
      expect(problem.code).toBe('DOCKER_FAILED')
      expect(problem.message).toContain(advice)
    }
    expect(await listed()).toMatchObject({ state: 'running', faults: ['renamed'], port, memoryMb: 30 })
    // Stopped, it says nothing of its port in a list.
    await inHost('docker', 'stop', '-t', '1', 'cache1')
    expect(await listed()).toMatchObject({ state: 'stopped', faults: ['renamed'] })
    await inHost('docker', 'start', 'cache1')
    await inHost('docker', 'rename', 'cache1', `memharbor-${id}`)
    await until('it is well', async () => (await listed())?.faults.length === 0)
    expect(await badLines()).toEqual([])
  })

  it('a delete that a renamed container keeps from its end says so, and by which network it is reached', async () => {
    const beta = await createTenant(panel, { name: 'beta', memoryMb: 64 })
    const own = `memharbor-${beta.id}`
    await inHost('docker', 'network', 'connect', 'bridge', own)
    await inHost('docker', 'rename', own, 'cache2')
    const remove = () => readWork(panel.client.tenant.delete({ name: 'beta', confirmed: true }))
    for (const _ of ['first', 'second']) {
      const problem = await problemOf(remove())
      const container = { name: 'cache2', own, networks: ['bridge'] }
      expect(problem).toMatchObject({ code: 'NOT_DELETED', details: { container } })
      expect(problem.message).toMatch(
        /^The port of beta on web1 is closed, but it is not deleted to the end\. /,
      )
      expect(problem.message).toContain('`docker network disconnect bridge cache2`')
      expect(problem.message).toContain(`\`docker rename cache2 ${own}\``)
      const seen = async () => (await panel.client.tenant.list({})).find(({ name }) => name === 'beta')
      // While it is tried once more it is being deleted.
      await until('a try has ended', async () => (await seen())?.leftover === 'not-deleted')
      const left = await seen()
      expect(left).toMatchObject({ faults: ['network', 'renamed'] })
      expect(left?.why).toContain(`\`docker rename cache2 ${own}\``)
    }
    await inHost('docker', 'network', 'disconnect', 'bridge', 'cache2')
    await inHost('docker', 'rename', 'cache2', own)
    // Recovery may have been there first.
    await remove().catch(() => undefined)
    await until('it is deleted', async () => (await panel.client.tenant.list({})).length === 1)
    expect(await inHost('docker', 'ps', '-aq', '--filter', `label=io.memharbor.tenant=${beta.id}`)).toBe('')
  })

  describe('a container with the label of a tenant, as `docker commit` copies it,', () => {
    let own: string
    let gamma: string
    const started = () => inHost('docker', 'inspect', '-f', '{{.Id}} {{.State.StartedAt}}', 'copy')
    const seen = async () => (await panel.client.tenant.list({})).find(({ name }) => name === 'gamma')

    beforeAll(async () => {
      ;({ id: gamma } = await createTenant(panel, { name: 'gamma', memoryMb: 64 }))
      own = `memharbor-${gamma}`
      await inHost('docker', 'commit', own, 'copy:test')
      await inHost('docker', 'run', '-d', '--name', 'copy', '--entrypoint', 'memcached', 'copy:test')
    })
    afterAll(async () => {
      await host.exec(['docker', 'rm', '-f', 'copy'])
    })

    it('is told by its name and never taken for the tenant', async () => {
      const before = await started()
      expect(await seen()).toMatchObject({ state: 'running', faults: ['copied'] })
      expect((await seen())?.why).toMatch(/^Container copy carries its label .*`docker rm -f copy`\.$/)
      const { lines } = await panel.client.host.check({ name: 'web1' })
      expect(lines.filter(({ subject }) => subject === 'Containers')).toMatchObject([
        { verdict: 'note', sentence: expect.stringContaining('Container copy (gamma) carries the label') },
      ])
      expect(lines.filter(({ sentence }) => sentence.includes('also joined'))).toEqual([])
      await inHost('docker', 'stop', '-t', '1', own)
      expect(await seen()).toMatchObject({ state: 'stopped', faults: ['copied'] })
      await inHost('docker', 'rm', own)
      expect(await seen()).toMatchObject({ state: 'failed', faults: ['copied'] })
      await readWork(panel.client.tenant.restart({ name: 'gamma', confirmed: true }))
      await panel.client.tenant.suspend({ name: 'gamma' })
      await panel.client.tenant.resume({ name: 'gamma' })
      expect(await seen()).toMatchObject({ state: 'running' })
      expect(await started()).toBe(before)
    })

    it('is not taken for the tenant under its very name either, while the true one leads to its port', async () => {
      await inHost('docker', 'rename', own, 'kept')
      await inHost('docker', 'create', '--name', own, '-p', '33333:11211', 'copy:test')
      expect(await seen()).toMatchObject({ state: 'running', faults: ['renamed', 'copied'] })
      expect((await seen())?.why).not.toMatch(/docker rm -f [^`]*kept/)
      const restart = readWork(panel.client.tenant.restart({ name: 'gamma', confirmed: true }))
      expect((await problemOf(restart)).message).toContain('it was renamed to kept')
      await inHost('docker', 'rm', own)
      await inHost('docker', 'rename', 'kept', own)
      expect(await seen()).toMatchObject({ state: 'running', faults: ['copied'] })
    })

    it('is no reason why the tenant could not be deleted, and stays', async () => {
      const before = await started()
      await readWork(panel.client.tenant.delete({ name: 'gamma', confirmed: true }))
      expect(await seen()).toBeUndefined()
      expect(await inHost('docker', 'ps', '-aq', '--filter', `name=^${own}$`)).toBe('')
      await createTenant(panel, { name: 'gamma', memoryMb: 64 })
      await readWork(panel.client.tenant.delete({ name: 'gamma', confirmed: true }))
      expect(await started()).toBe(before)
      const { lines } = await panel.client.host.check({ name: 'web1' })
      expect(lines.filter(({ subject }) => subject === 'Containers')).toMatchObject([
        { verdict: 'note', sentence: expect.stringContaining(`Container copy (${gamma})`) },
      ])
    })
  })

  it('one that publishes a range of ports hides no tenant, and keeps no closing from its end', async () => {
    const own = `memharbor-${id}`
    await inHost('docker', 'commit', own, 'ranged:test')
    await inHost(
      'docker',
      'run',
      '-d',
      '--name',
      'ranged',
      '-p',
      '30100-30110:11211',
      '--entrypoint',
      'memcached',
      'ranged:test',
    )
    await inHost('docker', 'rename', own, 'cache3')
    expect(await listed()).toMatchObject({ state: 'running', faults: ['renamed', 'copied'] })
    await panel.client.tenant.allow({ name: 'acme', entries: [{ cidr: '203.0.113.9' }] })
    const { tenant } = await panel.client.tenant.revoke({ name: 'acme', cidrs: ['203.0.113.9'] })
    expect(tenant).toMatchObject({ allow: [], pending: [] })
    await inHost('docker', 'rename', 'cache3', own)
    await inHost('docker', 'rm', '-f', 'ranged')
    expect(await listed()).toMatchObject({ state: 'running', faults: [] })
  })

  it('another container under the name of a tenant is not removed in its place', async () => {
    const { id: delta } = await createTenant(panel, { name: 'delta', memoryMb: 64 })
    const own = `memharbor-${delta}`
    await inHost('docker', 'rename', own, 'mine')
    await inHost('docker', 'run', '-d', '--name', own, 'memharbor/memcached:current')
    const started = () => inHost('docker', 'inspect', '-f', '{{.Id}} {{.State.StartedAt}}', own)
    const before = await started()
    const remove = () => readWork(panel.client.tenant.delete({ name: 'delta', confirmed: true }))
    const problem = await problemOf(remove())
    expect(problem.code).toBe('NOT_DELETED')
    expect(problem.message).toContain(`${own} is another container than this tenant's`)
    expect(await started()).toBe(before)
    await inHost('docker', 'rm', '-f', own)
    await inHost('docker', 'rename', 'mine', own)
    // Recovery may have been there first.
    await remove().catch(() => undefined)
    await until('it is deleted', async () =>
      (await panel.client.tenant.list({})).every(({ name }) => name !== 'delta'),
    )
  })

  describe('a container under the name and with the label of a tenant that somebody made', () => {
    const epsilon = useMadeContainer(() => world)
    const { make, inspect, seen, remove } = epsilon

    it('counts as sound where it is as every version has made one', async () => {
      const { sound } = epsilon
      const { HostConfig, Config } = sound
      const [first = ''] = HostConfig['SecurityOpt'] as string[]
      const firstProfile = readFileSync(
        new URL('../../golden/docker/first-profile.txt', import.meta.url),
        'utf8',
      )
      const labels = { ...(Config['Labels'] as object), 'io.memharbor.schema': '1' }
      const Env = (Config['Env'] as string[]).filter((each) => !each.startsWith('MALLOC_'))
      const fileless = {
        ...{ Entrypoint: ['memcached'], WorkingDir: '', Cmd: ['-m', '64', ...(Config['Cmd'] as string[])] },
      }
      const { Mounts: _, ...unmounted } = HostConfig
      const older = { ...sound, Config: { ...Config, ...fileless, Labels: labels, Env } }
      const versions: Made[] = [
        sound,
        { ...sound, HostConfig: { ...HostConfig, Sysctls: {} } },
        { ...older, HostConfig: { ...unmounted, Sysctls: null } },
        { ...older, HostConfig: { ...unmounted, Sysctls: null, Dns: null, SecurityOpt: [first] } },
        {
          ...older,
          HostConfig: {
            ...unmounted,
            ...{ Sysctls: null, SecurityOpt: [first, `seccomp=${firstProfile.trim()}`] },
            RestartPolicy: { Name: 'always' },
          },
        },
      ]
      for (const made of versions) {
        await make(made)
        const { faults, why } = await seen()
        expect({ faults, why }).toEqual({ faults: [], why: 'The container does not run: Created.' })
        await remove()
      }
    })

    // Every further part is in the long run.
    it.each<Difference>([
      ['user', { User: '0:0' }, {}],
      ['privileges, system calls', {}, { SecurityOpt: [] }],
      ['limits', {}, { Memory: 0, MemorySwap: 0 }],
      ['other settings', { Healthcheck: { Test: ['CMD', 'id'] } }, { Init: true }],
    ])('is told with what differs: %s by %j %j', (...difference) => expectDifference(epsilon, difference))

    it('is told on a network that has the name of a tenant network and another bridge', async () => {
      await inHost('docker', 'network', 'create', 'memharbor-99')
      const { own, sound } = epsilon
      await make({ ...sound, HostConfig: { ...sound.HostConfig, NetworkMode: 'memharbor-99' } })
      await inHost('docker', 'start', own)
      const { faults, why } = await seen()
      expect(faults).toEqual(['network', 'changed'])
      expect(why).toContain('also joined to the network memharbor-99')
      expect(why).toContain('not as Memharbor makes it: network differs')
      expect(await badLines()).toContainEqual(
        expect.stringContaining('epsilon: Its container is also joined to the network memharbor-99'),
      )
      await readWork(panel.client.tenant.upgrade({ name: 'epsilon', confirmed: true }))
      expect(await seen()).toMatchObject({ faults: [], why: '' })
      await remove()
      await inHost('docker', 'network', 'rm', 'memharbor-99')
    })

    it('is told by the images of every version where the defaults of its own are too long to be kept', async () => {
      const long = Array.from({ length: 20 }, (_, at) => `X${at}=${'y'.repeat(900)}`)
      const changes = long.flatMap((each) => ['-c', `ENV ${each}`])
      await inHost('docker', 'create', '--name', 'long', 'memharbor/memcached:current')
      await inHost('docker', 'commit', ...changes, 'long', 'long:test')
      await inHost('docker', 'rm', 'long')
      const { sound } = epsilon
      await make({ ...sound, Config: { ...sound.Config, Image: 'long:test', Env: ['LD_PRELOAD=/tmp/x.so'] } })
      expect((await seen()).why).toContain('not as Memharbor makes it: environment differs')
      await remove()
    })

    it('is told wherever one looks, with the command that makes another one', async () => {
      const { own, sound } = epsilon
      const { HostConfig } = sound
      const loose = { CapDrop: null, CapAdd: ['NET_RAW'], SecurityOpt: null, ReadonlyRootfs: false }
      await make({ ...sound, HostConfig: { ...HostConfig, ...loose, Binds: ['/tmp:/host'] } })
      await inHost('docker', 'start', own)
      const told = expect.stringContaining(
        'not as Memharbor makes it: mounts, capabilities, privileges, system calls, root file system differ',
      )
      const advice = expect.stringContaining('`memharbor tenant upgrade epsilon` makes another one')
      const tenants = await panel.client.tenant.list({})
      const listed = tenants.find(({ name }) => name === 'epsilon')
      for (const tenant of [listed, await seen()]) {
        expect(tenant).toMatchObject({ state: 'running', faults: ['changed'], why: told })
        expect(tenant).toMatchObject({ why: advice })
      }
      const { lines } = await panel.client.host.check({ name: 'web1' })
      expect(lines).toContainEqual(
        expect.objectContaining({ subject: 'Containers', verdict: 'bad', sentence: told, advice }),
      )
      expect((await seen()).upgrade.available).toBe(true)
      await readWork(panel.client.tenant.upgrade({ name: 'epsilon', confirmed: true }))
      expect(await seen()).toMatchObject({ state: 'running', faults: [], upgrade: { available: false } })
      expect((await inspect()).HostConfig).toMatchObject({ CapDrop: ['ALL'], CapAdd: null, Binds: null })
    })

    it('is not seen in what the panel makes and changes', async () => {
      const { tenant } = panel.client
      const [name, confirmed] = ['epsilon', true]
      const { port: at } = await seen()
      const changes = [
        () => readWork(tenant.resize({ name, memoryMb: 96, confirmed })),
        () => readWork(tenant.resize({ name, memoryMb: 40, confirmed })),
        () => readWork(tenant.limit({ name, maxConnections: 200, confirmed })),
        () => readWork(tenant.move({ name, port: (at ?? 0) + 50, confirmed })),
        () => readWork(tenant.restart({ name, confirmed })),
        () => tenant.suspend({ name }),
        () => tenant.resume({ name }),
      ]
      for (const change of changes) {
        await change()
        expect((await seen()).faults, String(change)).toEqual([])
      }
    })
  })
})

import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { createTenant, type Panel, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'

describeOnHosts("an earlier panel's container", () => {
  let world: PanelHost
  let host: HostNamespace
  let panel: Panel

  beforeAll(async () => {
    world = await startPreparedPanelHost()
    ;({ host, panel } = world)
  })
  afterAll(() => world?.stop())

  it("is made anew by an upgrade, although its image is the host's own", async () => {
    const docker = async (...argv: string[]): Promise<string> => {
      const { status, stdout, stderr } = await host.exec(['docker', ...argv])
      expect({ argv, status, stderr }).toMatchObject({ status: 0 })
      return stdout.trim()
    }
    const { id, port } = await createTenant(panel, { name: 'acme', memoryMb: 64 })
    const name = `memharbor-${id}`
    const inspect = (format: string): Promise<string> => docker('inspect', '-f', format, name)
    const image = await inspect('{{.Image}}')
    const upgrade = async () => (await panel.client.tenant.show({ name: 'acme' })).upgrade
    expect(await upgrade()).toMatchObject({ available: false })

    // As version 0.1.0 before the list of system calls made them.
    await docker('rm', '-f', name)
    const labels = [`tenant=${id}`, 'schema=1', 'owned=1'].flatMap((label) => [
      '--label',
      `io.memharbor.${label}`,
    ])
    const published = ['0.0.0.0', '[::]'].flatMap((address) => ['-p', `${address}:${port}:11211`])
    const limits = ['--memory', '91m', '--memory-swap', '91m', '--read-only', '--cap-drop', 'ALL']
    const bounds = ['--pids-limit', '64', '--ulimit', 'nofile=1088:1088', '--restart', 'unless-stopped']
    const rights = ['--security-opt', 'no-new-privileges']
    const log = ['--log-driver', 'local', '--log-opt', 'max-size=1m', '--log-opt', 'max-file=2']
    const memcached = ['-m', '64', '-c', '1024', '-p', '11211', '-U', '0']
    const run = ['run', '-d', '--name', name, '--network', 'memharbor-1', '--user', '11211:11211']
    await docker(
      ...run,
      ...labels,
      ...published,
      ...limits,
      ...bounds,
      ...rights,
      ...log,
      image,
      ...memcached,
    )
    expect(await inspect('{{.HostConfig.SecurityOpt}}')).not.toContain('seccomp')
    expect((await panel.client.tenant.show({ name: 'acme' })).faults).toEqual([])
    expect(await upgrade()).toEqual({
      available: true,
      sentence:
        'Its container was made by an earlier Memharbor, which let it make more system calls than it needs.',
    })

    const { steps } = await readWork(panel.client.tenant.upgrade({ name: 'acme', confirmed: true }))
    expect(steps.map(({ key }) => key)).toEqual(
      expect.arrayContaining(['remove-container', 'create-container']),
    )
    expect(await inspect('{{.Image}}')).toBe(image)
    expect(await inspect('{{.HostConfig.SecurityOpt}}')).toContain('seccomp')
    expect(await inspect('{{index .Config.Labels "io.memharbor.schema"}}')).toBe('2')
    expect(await upgrade()).toMatchObject({ available: false })
    const again = await readWork(panel.client.tenant.upgrade({ name: 'acme', confirmed: false }))
    expect(again.steps).toEqual([])
  })
})

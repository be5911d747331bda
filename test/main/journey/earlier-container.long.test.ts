import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { createTenant, type Panel, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { replaceByEarlier, runDocker } from './earlier-container.ts'

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
    const tenant = await createTenant(panel, { name: 'acme', memoryMb: 64 })
    const name = `memharbor-${tenant.id}`
    const inspect = (format: string): Promise<string> => runDocker(host, 'inspect', '-f', format, name)
    const image = await inspect('{{.Image}}')
    const upgrade = async () => (await panel.client.tenant.show({ name: 'acme' })).upgrade
    const isolation = async () => {
      const { lines } = await panel.client.host.check({ name: host.name })
      const told = lines.filter(({ subject }) => subject === 'Isolation')
      return told.map(({ verdict, sentence }) => `${verdict}: ${sentence}`)
    }
    expect(await upgrade()).toMatchObject({ available: false })
    expect(await isolation()).toEqual(['good: Tenants reach neither each other nor anything else.'])

    // As version 0.1.0 before the list of system calls made them.
    await replaceByEarlier(host, tenant)
    expect(await inspect('{{.HostConfig.SecurityOpt}}')).not.toContain('seccomp')
    expect((await panel.client.tenant.show({ name: 'acme' })).faults).toEqual([])
    expect(await upgrade()).toEqual({
      available: true,
      sentence:
        'Its container was made by an earlier Memharbor, which let it make more system calls than it needs.',
    })
    expect(await isolation()).toEqual([
      expect.stringMatching(/^note: .* could ask Docker for names, .*: acme\.$/),
    ])

    const { steps } = await readWork(panel.client.tenant.upgrade({ name: 'acme', confirmed: true }))
    expect(steps.map(({ key }) => key)).toEqual(
      expect.arrayContaining(['remove-container', 'create-container']),
    )
    expect(await inspect('{{.Image}}')).toBe(image)
    expect(await inspect('{{.HostConfig.SecurityOpt}}')).toContain('seccomp')
    expect(await inspect('{{index .Config.Labels "io.memharbor.schema"}}')).toBe('4')
    expect(await upgrade()).toMatchObject({ available: false })
    expect(await isolation()).toEqual(['good: Tenants reach neither each other nor anything else.'])
    const again = await readWork(panel.client.tenant.upgrade({ name: 'acme', confirmed: false }))
    expect(again.steps).toEqual([])
  })
})

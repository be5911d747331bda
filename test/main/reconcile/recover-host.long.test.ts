import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { helperPath } from '../../resources/host/helper-host.ts'
import { prepareSandbox } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { createWhileEdited } from './create-while-edited.ts'

describeOnHosts('a create goes on while its host', () => {
  let world: PanelHost

  beforeAll(async () => {
    world = await startPreparedPanelHost()
  })
  afterAll(() => world?.stop())

  it.each([
    ['default', { isDefault: true }],
    ['public address', { publicAddress: '203.0.113.80' }],
  ] as const)('gets another %s', (what, change) => createWhileEdited(world, what.replace(' ', '-'), change))

  it('is prepared anew', async () => {
    const [{ name } = { name: '' }] = await world.panel.client.host.list()
    const { host } = world
    expect((await host.exec(['sh', '-c', 'echo "# otherwise" >> "$0"', helperPath])).status).toBe(0)
    const work = await world.panel.client.tenant.create({ name: 'acme', host: name })
    let prepared: ReturnType<typeof prepareSandbox> | undefined
    for (;;) {
      const next = await work.next()
      if (next.done === true) {
        expect(next.value).toMatchObject({ state: 'running' })
        break
      }
      if (next.value.key === 'create-container') prepared ??= prepareSandbox(world.panel, host, name)
    }
    expect((await prepared)?.plan.steps.length).toBeGreaterThan(0)
    const { stdout } = await host.exec(['tail', '-n', '1', helperPath])
    expect(stdout).not.toContain('otherwise')
    expect((await world.panel.client.tenant.list({})).find((tenant) => tenant.name === 'acme')).toMatchObject(
      { state: 'running' },
    )
  })
})

import { afterAll, beforeAll, expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { mustRun } from '../../hosts/run.ts'
import { createTenant, prepareSandbox } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'

const patient = 120_000
const names = Array.from({ length: 20 }, (_, at) => `tenant-${at}`)
/** Suspended, and made by an earlier version: every fourth, and every other. */
const [suspended, earlier] = [names.filter((_, at) => at % 4 === 0), names.filter((_, at) => at % 2 === 0)]

describeOnHosts('Docker is killed under twenty tenants', () => {
  let world: PanelHost
  let host: HostNamespace

  beforeAll(async () => {
    world = await startPreparedPanelHost()
    host = world.host
  }, patient)
  afterAll(() => world?.stop())

  it('all answer again without a laptop, and suspended ones stay closed', { timeout: 600_000 }, async () => {
    const made = new Map<string, { id: string; port: number }>()
    for (const name of names) {
      made.set(name, await createTenant(world.panel, { name, memoryMb: 16, allow: [{ cidr: 'anyone' }] }))
    }
    for (const name of suspended) await world.panel.client.tenant.suspend({ name })
    const containers = earlier.map((name) => `memharbor-${made.get(name)?.id}`)
    const update = ['docker', 'update', '--restart', 'unless-stopped', ...containers]
    await world.reopen(() => mustRun(host.namespace.enter(update)))
    const { panel } = world
    const { lines } = await panel.client.host.check({ name: 'web1' })
    expect(lines.filter(({ subject }) => subject === 'Tenants')).toMatchObject([
      {
        verdict: 'note',
        sentence: expect.stringMatching(/^10 of 20 tenants would stay down .* and 5 more\.$/),
      },
    ])
    const { plan } = await prepareSandbox(panel, host)
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['keep-running'])
    const client = await world.addClient()
    const talk = async (name: string) =>
      (await memcacheTalk(client, host.address4, made.get(name)?.port ?? 0)).kind

    // The laptop is away meanwhile.
    await world.reopen(async () => {
      await host.killDocker()
      const answering = names.filter((name) => !suspended.includes(name))
      await host.startDocker()
      for (const name of answering) {
        await until(`${name} answers`, async () => (await talk(name)) === 'answer', patient)
      }
      for (const name of suspended) expect([name, await talk(name)]).toEqual([name, 'timeout'])
    })
    const states = (await world.panel.client.tenant.list({})).map(({ name, state }) => [name, state])
    expect(Object.fromEntries(states)).toEqual(
      Object.fromEntries(names.map((name) => [name, suspended.includes(name) ? 'suspended' : 'running'])),
    )
  })
})

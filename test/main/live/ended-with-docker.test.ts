import { afterAll, beforeAll, expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { createTenant, type Panel, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'

const patient = 60_000

describeOnHosts('Docker ends and begins again', () => {
  let world: PanelHost
  let host: HostNamespace
  let panel: Panel

  beforeAll(async () => {
    world = await startPreparedPanelHost()
    ;({ host, panel } = world)
    for (const name of ['acme', 'shop']) await createTenant(panel, { name, memoryMb: 16 })
  })
  afterAll(() => world?.stop())

  const list = () => panel.client.tenant.list({})
  const allRun = async (): Promise<boolean> => {
    const states = (await list().catch(() => [])).map(({ state }) => state)
    return states.length === 2 && states.every((state) => state === 'running')
  }
  const lostTo = async () => (await list()).map(({ faults, lastLoss }) => [faults, lastLoss?.withDocker])
  const noted = async () =>
    (await panel.client.activity.list({ host: 'web1' })).filter(({ kind }) => kind === 'host docker')

  it('that somebody restarted a tenant is no loss', { timeout: patient }, async () => {
    await readWork(panel.client.tenant.restart({ name: 'acme', confirmed: true }))
    expect(await lostTo()).toEqual([
      [[], undefined],
      [[], undefined],
    ])
  })

  it.each([
    ['was killed', 1, () => host.killDocker()],
    ['was stopped', 2, () => host.stopDocker()],
  ])('whose caches are lost is told after it %s', { timeout: 2 * patient }, async (_, entries, end) => {
    await end()
    await host.startDocker()
    await until('its tenants run again', allRun, patient)
    // A look may come before Docker tells that they have begun.
    const isTold = async () => (await lostTo()).every(([, withDocker]) => withDocker === true)
    await until('all of them are told', isTold, patient)
    await until('it is in the log', async () => (await noted()).length >= entries, patient)
    const log = await noted()
    expect(log).toHaveLength(entries)
    expect(log.at(0)?.why).toMatch(
      /^Docker on web1 was started again \(.*\): what was in the caches .* is lost\./,
    )
    expect((await panel.client.tenant.show({ name: 'acme' })).why).toContain('ended with its Docker')
    expect((await panel.client.tenant.logs({ name: 'acme' })).lastExit).toMatchObject({ withDocker: true })
  })

  it('is forgotten where somebody restarts the tenant', { timeout: patient }, async () => {
    await readWork(panel.client.tenant.restart({ name: 'acme', confirmed: true }))
    expect(await lostTo()).toEqual([
      [[], undefined],
      [['cache-lost'], true],
    ])
  })

  it('and lets caches run on meanwhile: one that ended then is told as lost', {
    timeout: 3 * patient,
  }, async () => {
    await writeHostFile(host.namespace, '/etc/docker/daemon.json', '{"live-restore": true}')
    await host.stopDocker()
    await host.startDocker()
    await until('its tenants run again', allRun, patient)
    for (const name of ['acme', 'shop'])
      await readWork(panel.client.tenant.restart({ name, confirmed: true }))
    const { id } = await panel.client.tenant.show({ name: 'acme' })
    const pid = (
      await host.exec(['docker', 'inspect', '-f', '{{.State.Pid}}', `memharbor-${id}`])
    ).stdout.trim()
    await host.killDocker()
    await host.exec(['kill', '-9', pid])
    await host.startDocker()
    await until('its tenants run again', allRun, patient)
    await until('it is told', async () => (await lostTo())[0]?.[1] !== undefined, patient)
    expect(await lostTo()).toEqual([
      [['cache-lost'], false],
      [[], undefined],
    ])
    expect((await panel.client.activity.list({ tenant: 'acme', limit: 1 }))[0]).toMatchObject({
      kind: 'tenant end',
    })
  })
})

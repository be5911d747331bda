import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import type { CheckLine } from '../../../src/contract/host.ts'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { mustRun } from '../../hosts/run.ts'
import { createTenant, type Panel, prepareSandbox, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { openPage, type Page } from './page.ts'

const patient = 60_000
/** The filter is looked at with the host as a whole. */
const soon = 20_000

describeOnHosts('what others do to a host is told on an open page', () => {
  let world: PanelHost
  let host: HostNamespace
  let page: Page
  /** Another laptop, with a store of its own. */
  let other: Panel

  beforeAll(async () => {
    world = await startPreparedPanelHost()
    host = world.host
    const allow = [{ cidr: '203.0.113.7', label: '' }]
    await createTenant(world.panel, { name: 'acme', memoryMb: 64 })
    await createTenant(world.panel, { name: 'bakery', memoryMb: 64, allow })
    page = openPage(world.panel.client)
    await until('it is connected', () => status()?.connection === 'connected', patient)
    await until('both are seen', () => page.find('bakery')?.state === 'running', patient)
  })
  afterAll(async () => {
    await page?.close()
    await world?.stop()
  })

  const status = () => [...page.hosts.values()][0]
  const fault = () => status()?.filterFault ?? null
  /** A change of the host in the store, whatever it is: all of it is looked at then, and nobody waits for the next look. */
  const lookNow = async () => {
    const [first] = await world.panel.client.host.list()
    await world.panel.client.host.edit({ name: 'web1', isDefault: first?.isDefault !== true })
  }
  const inHost = (...argv: string[]) => mustRun(host.namespace.enter(argv))
  const keys = (from: string, to: string) =>
    inHost('mv', `/home/${host.user}/.ssh/${from}`, `/home/${host.user}/.ssh/${to}`)
  /** Logins that failed, as sshd tells: `Connection closed by authenticating user ann 10.0.0.1 port 40000 [preauth]`. */
  const refused = async (): Promise<number> =>
    (await readFile(join(dirname(host.identityFile), 'sshd.log'), 'utf8')).split('by authenticating user')
      .length - 1

  it('the filter is taken away: it is told, and no more when it is put back', async () => {
    expect(fault()).toBeNull()
    await inHost('iptables', '--table', 'raw', '--flush')
    await until('the open filter is told', () => fault()?.kind === 'open', soon)
    expect(fault()?.sentence).toContain('anybody can reach its tenants')
    const { tenant } = world.panel.client
    expect(await tenant.list({})).toMatchObject([{ filterFault: fault() }, { filterFault: fault() }])
    expect(await tenant.show({ name: 'acme' })).toMatchObject({ state: 'running', filterFault: fault() })
    await prepareSandbox(world.panel, host)
    await until('it is well again', () => fault() === null, patient)
    expect((await world.panel.client.host.check({ name: 'web1' })).ready).toBe(true)
    expect((await tenant.list({})).map(({ filterFault }) => filterFault)).toEqual([null, null])
  })

  it('the filter is taken away where Docker does not answer: it is told all the same', async () => {
    await host.stopDocker()
    await until('Docker is missed', () => status()?.problem === 'DOCKER_UNREACHABLE', patient)
    await inHost('iptables', '--table', 'raw', '--flush')
    await lookNow()
    await until('the open filter is told', () => fault()?.kind === 'open', patient)
    await inHost('sh', '-c', '/usr/local/sbin/memharbor-host < /dev/null')
    await host.startDocker()
    await lookNow()
    await until('it is well again', () => fault() === null && status()?.problem === '', patient)
  })

  it('its kernel has no IPv6: a filter of one family is no open one', async () => {
    const helper = '/usr/local/sbin/memharbor-host'
    const whole = '/root/memharbor-host'
    // Where a helper looks for IPv6, on a kernel that was started without.
    onTestFinished(
      async () => void (await inHost('sh', '-c', `cp -p ${whole} ${helper} && ${helper} < /dev/null`)),
    )
    const blind = `cp -p ${helper} ${whole} && sed -i s,/proc/net/if_inet6,/proc/net/if_none, ${helper}`
    const look = async () => {
      await host.cutSsh()
      const find = async () => (await world.panel.client.host.helpers())[0]
      let seen = await find()
      // Until the end of the connection is noticed, and there is another.
      await until('its filter is read', async () => {
        seen = await find()
        return seen?.version != null && seen.filterFault?.kind !== 'unread'
      })
      const { lines } = await world.panel.client.host.check({ name: 'web1' })
      return { seen, filter: lines.filter(({ subject }) => subject === 'Filter') }
    }
    await inHost('sh', '-c', `${blind} && ip6tables --table raw --flush`)
    expect(await look()).toMatchObject({
      seen: { version: expect.any(String), filterFault: null },
      filter: [{ verdict: 'good', sentence: expect.stringContaining('IPv4 (its kernel has no IPv6)') }],
    })
    await inHost('iptables', '--table', 'raw', '--flush')
    expect(await look()).toMatchObject({ seen: { filterFault: { kind: 'open' } } })
    await inHost('sh', '-c', `cp -p ${whole} ${helper} && ${helper} < /dev/null`)
    expect((await look()).seen?.filterFault).toBeNull()
  })

  it('its helper may not be executed: the check says what to do, and does not name itself', async () => {
    const folder = '/usr/local/sbin'
    const lock = `mount --bind ${folder} ${folder} && mount -o remount,bind,noexec ${folder}`
    await inHost('sh', '-c', lock)
    onTestFinished(async () => void (await inHost('umount', folder)))
    await host.cutSsh()
    let lines: readonly CheckLine[] = []
    await until('it is looked at over another connection', async () => {
      const checked = await world.panel.client.host.check({ name: 'web1' }).catch(() => undefined)
      lines = (checked?.lines ?? []).filter(({ subject }) => subject === 'sudo')
      return lines.some(({ sentence }) => sentence.includes('execute'))
    })
    expect(lines).toMatchObject([
      {
        verdict: 'bad',
        sentence: expect.stringContaining(`may not execute ${folder}/memharbor-host (Permission denied)`),
        advice: expect.stringMatching(/^`findmnt -T \/usr\/local\/sbin` .*`mount -o remount,exec`/),
      },
    ])
  })

  it('its records are damaged: that is told, although nothing of the tenants can be seen', async () => {
    const path = '/var/lib/memharbor/state.json'
    await inHost('sh', '-c', `cp ${path} /root/state.json && echo '{' > ${path}`)
    await lookNow()
    await until('the damage is told', () => fault()?.kind === 'damaged', patient)
    expect(fault()?.sentence).toContain('(/var/lib/memharbor) is damaged: its ports')
    await until('its tenants are unknown', () => page.find('acme')?.state === 'unknown', patient)
    // As the timer of a real host does it within 30 seconds.
    await inHost('sh', '-c', `cp /root/state.json ${path} && /usr/local/sbin/memharbor-host < /dev/null`)
    await lookNow()
    await until('it is well again', () => fault() === null && status()?.problem === '', patient)
  })

  it('the login is refused: it is asked once and not again by itself, and is there as soon as somebody has asked', async () => {
    await until('it is connected', () => status()?.connection === 'connected', patient)
    await keys('authorized_keys', 'put-away')
    await host.cutSsh()
    await until('it is told', () => status()?.problem === 'LOGIN_REFUSED', patient)
    await until('the server has written it down', async () => (await refused()) > 0, patient)
    const before = await refused()
    const [tenant] = page.tenants.values()
    expect(await world.panel.client.tenant.figures({ ids: [tenant?.id ?? ''] })).toEqual({
      figures: [],
      silent: [],
      held: {},
    })
    expect(await refused()).toBe(before)
    await keys('put-away', 'authorized_keys')
    await world.panel.client.host.check({ name: 'web1' })
    await until('it is connected', () => status()?.connection === 'connected', patient)
    await until('its tenant is seen', () => page.find('acme')?.state === 'running', patient)
  })

  it('what another panel does is seen: changed, made, deleted, and made again with the same name', async () => {
    other = await world.addPanel()
    const { client } = other
    const deleted = page.find('bakery')?.id
    await client.tenant.suspend({ name: 'acme' })
    await client.tenant.allow({ name: 'acme', entries: [{ cidr: '203.0.113.7', label: 'office' }] })
    await readWork(client.tenant.delete({ name: 'bakery', confirmed: true }))
    const again = await createTenant(other, { name: 'bakery', memoryMb: 64 })
    await until('the new one is seen', () => page.find('bakery')?.id === again.id, patient)
    await until('the change is seen', () => page.find('acme')?.state === 'suspended', patient)
    expect(page.find('acme')?.allow).toMatchObject([{ cidr: '203.0.113.7/32', label: 'office' }])
    expect(page.tenants.has(deleted ?? '')).toBe(false)
    // Each is told as what it was, and none of it as a sentence that has to be put away.
    const told = () =>
      page.operations
        .filter(({ actor, outcome }) => actor === 'another panel' && outcome === 'done')
        .map(({ kind, tenant }) => `${kind} ${tenant}`)
        // Its delete closes it first, which a look may see.
        .filter((each) => each !== 'tenant suspend bakery')
    const expected = ['delete bakery', 'create bakery', 'suspend acme', 'allow acme'].map(
      (each) => `tenant ${each}`,
    )
    await until('all of it is told', () => expected.every((each) => told().includes(each)), patient)
    expect(told().sort()).toEqual(expected.sort())
    expect(page.notices.filter((sentence) => sentence.includes('nother panel'))).toEqual([])
    const kept = await world.panel.client.activity.list({ text: 'another panel' })
    const keptWords = kept.map(({ kind, tenant }) => `${kind} ${tenant}`)
    expect(keptWords.filter((each) => each !== 'tenant suspend bakery').sort()).toEqual(expected)
    expect(kept.find(({ kind }) => kind === 'tenant allow')).toMatchObject({
      before: { allow: [] },
      after: { allow: [{ cidr: '203.0.113.7/32', label: 'office' }] },
    })
  })

  it('what another panel does is taken over before a change that does not watch', async () => {
    await readWork(other.client.tenant.delete({ name: 'bakery', confirmed: true }))
    await page.close()
    await world.reopen()
    await world.panel.client.tenant.resume({ name: 'acme' })
    expect((await world.panel.client.tenant.list({})).map(({ name }) => name)).toEqual(['acme'])
  })
})

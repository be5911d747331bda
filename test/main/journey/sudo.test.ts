import { afterEach, expect, it } from 'vitest'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { type HostNamespace, type HostOptions, startHost } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { renderSshConfig } from '../../hosts/ssh-server.ts'
import { createTenant, prepareSandbox, problemOf, readWork } from '../panel.ts'
import { openPanelHost, type PanelHost } from '../panel-host.ts'
import { checkHost } from './mode-moments.ts'

describeOnHosts('sudo on the way to a tenant', () => {
  const stops: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
  })

  const open = async (
    options: HostOptions,
    work: (host: HostNamespace) => Promise<HostNamespace | undefined>,
  ) => {
    const host = await startHost({ name: 'web1', ...options })
    stops.push(host.stop)
    const world = await openPanelHost((await work(host)) ?? host)
    stops.push(world.stop)
    return world
  }
  const undo = async ({ panel, host }: PanelHost, sudoPassword = host.sudoPassword) => {
    const input = { name: host.name, undo: true, confirmed: true }
    const { fingerprint } = await panel.client.host.planPrepare(input)
    return readWork(panel.client.host.prepare({ ...input, fingerprint, sudoPassword }))
  }

  it('is prepared with a password, and undone, whatever sudo says meanwhile', async () => {
    const world = await open({}, async (host) => {
      const { namespace } = host
      const defaults =
        'Defaults insults, lecture=always, lecture_file=/etc/lecture, badpass_message="a password is required"\n'
      await writeHostFile(namespace, '/etc/sudoers.d/site', defaults, { mode: '440' })
      await writeHostFile(namespace, '/etc/sudoers.d/broken', 'this is no rule\n', { mode: '440' })
      await writeHostFile(namespace, '/etc/lecture', 'Sorry, try again. deploy is not in the sudoers file.\n')
      return undefined
    })
    const { panel, host } = world
    const wrong = await problemOf(prepareSandbox(panel, { ...host, sudoPassword: 'certainly wrong' }))
    expect(wrong).toMatchObject({ code: 'SUDO_PASSWORD_WRONG', details: { user: host.user } })
    await prepareSandbox(panel, host)
    expect(await checkHost(world)).toMatchObject({ isSound: true })
    expect(await problemOf(undo(world, 'certainly wrong'))).toMatchObject({ code: 'SUDO_PASSWORD_WRONG' })
    expect((await undo(world)).result.mode).toBe('unknown')
  })

  it('overrides the rule of the helper by a later one of the site, and preparing says which and ends there', async () => {
    const world = await open({}, async (host) => {
      const rule = `${host.user} ALL=(ALL:ALL) ALL\n`
      await writeHostFile(host.namespace, '/etc/sudoers.d/zzz-site', rule, { mode: '440' })
      return undefined
    })
    const { panel, host } = world
    const told = await problemOf(prepareSandbox(panel, host))
    expect(told).toMatchObject({
      code: 'SUDO_OVERRULED',
      details: { user: host.user, rule: '(ALL : ALL) ALL' },
      advice: expect.stringContaining('sorts before zz-memharbor'),
    })
    // Not in a circle.
    expect(await problemOf(prepareSandbox(panel, host))).toMatchObject({ code: 'SUDO_OVERRULED' })
    const { lines } = await checkHost(world)
    expect(lines.find(({ subject }) => subject === 'sudo')).toMatchObject({
      verdict: 'bad',
      sentence: expect.stringContaining('(ALL : ALL) ALL'),
    })
    await world.reopen(() => host.exec(['mv', '/etc/sudoers.d/zzz-site', '/etc/sudoers.d/a-site']))
    await prepareSandbox(world.panel, host)
    expect(await checkHost(world)).toMatchObject({ isSound: true })
  })

  it('is not needed by root', async () => {
    const hide = ['/usr/bin/sudo', '/usr/sbin/visudo']
    const world = await open({ hide }, async (host) => {
      const config = renderSshConfig({ allowTcpForwarding: true, allowStreamLocalForwarding: true })
      const { namespace } = host
      await writeHostFile(
        namespace,
        '/etc/ssh/sshd_config',
        config.replace('PermitRootLogin no', 'PermitRootLogin yes'),
      )
      const keys = (await host.exec(['cat', `/home/${host.user}/.ssh/authorized_keys`])).stdout
      await host.exec(['mkdir', '-p', '-m', '700', '/root/.ssh'])
      await writeHostFile(namespace, '/root/.ssh/authorized_keys', keys, { mode: '600' })
      await host.stopSsh()
      await host.startSsh()
      return { ...host, user: 'root' }
    })
    const { panel, host } = world
    const plan = await panel.client.host.planPrepare({ name: host.name })
    expect(plan.needsSudoPassword).toBe(false)
    const { result } = await prepareSandbox(panel, host)
    expect(result.mode).toBe('filtered')
    expect(await checkHost(world)).toMatchObject({ isSound: true })
    const { addresses } = await createTenant(panel, { name: 'acme' })
    expect(addresses).toContain(host.address4)
    await readWork(panel.client.tenant.delete({ name: 'acme', confirmed: true }))
    expect((await undo(world)).result.mode).toBe('unknown')
  })

  it('that a user may not use at all is no host without a filter', async () => {
    const world = await open({ sudo: 'none' }, async (host) => {
      const path = '/etc/sudoers.d/site'
      await writeHostFile(host.namespace, path, `Defaults:${host.user} !authenticate\n`, { mode: '440' })
      return undefined
    })
    const { panel, host } = world
    const { lines } = await checkHost(world)
    const sentence = expect.stringContaining('is not in the sudoers file')
    for (const subject of ['sudo', 'Filter'])
      expect(lines).toContainEqual(expect.objectContaining({ subject, verdict: 'bad', sentence }))
    expect(lines.map((line) => line.sentence).join('\n')).not.toContain('127.0.0.1')
    expect(await problemOf(panel.client.host.planPrepare({ name: host.name }))).toMatchObject({
      code: 'FILTER_UNCLEAR',
      advice: expect.stringContaining('--loopback'),
    })
  })
})

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { createTenant, problemOf, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import {
  checkHost,
  momentRule,
  playMoment,
  prepareHost,
  readHostRecords,
  readMode,
  root,
  wantsTerminal,
} from './mode-moments.ts'

const overruling = '/etc/sudoers.d/zzz'
const hardening = '/etc/sudoers.d/hardening'
const rules = '/etc/sudoers.d/zz-memharbor'

// Where a test changes what sudo does, a fresh program comes: a helper that runs already needs no sudo any more.
describeOnHosts('the mode of a host', () => {
  let world: PanelHost
  let host: HostNamespace

  beforeAll(async () => {
    world = await startPreparedPanelHost()
    host = world.host
  })
  afterEach(async () => {
    await root(host, 'rm', '-f', momentRule, overruling, hardening)
  })
  afterAll(() => world?.stop())

  const revoke = (name: string, cidr: string) => world.panel.client.tenant.revoke({ name, cidrs: [cidr] })
  const remove = (name: string) => readWork(world.panel.client.tenant.delete({ name, confirmed: true }))
  const writeRule = (path: string, text: string) => writeHostFile(host.namespace, path, text, { mode: '440' })

  it('stays as it is while sudo refuses for a moment', () => playMoment(world, wantsTerminal))

  it('cannot be told where a later sudoers rule overrides that of the helper', async () => {
    await createTenant(world.panel, { name: 'acme', allow: [{ cidr: '203.0.113.7' }] })
    await world.reopen(() => writeRule(overruling, `${host.user} ALL=(ALL) ALL\n`))

    const { isSound, lines } = await checkHost(world)
    expect(isSound).toBe(false)
    const words = /sudo: a password is required/
    for (const subject of ['sudo', 'Filter']) {
      const line = { subject, verdict: 'bad', sentence: expect.stringMatching(words) }
      expect(lines).toContainEqual(expect.objectContaining(line))
    }
    const told = expect.stringMatching(
      /a password is required.* the rule "\(ALL\) ALL" comes later and counts/,
    )
    expect(lines.find(({ subject }) => subject === 'sudo')).toMatchObject({
      sentence: told,
      advice: expect.stringContaining('`sudo -ll`'),
    })
    expect(await world.panel.client.host.helpers()).toMatchObject([{ standing: 'unknown', why: told }])
    expect(await problemOf(prepareHost(world))).toMatchObject({ code: 'SUDO_OVERRULED' })
    const revoked = await problemOf(revoke('acme', '203.0.113.7'))
    expect(revoked).toMatchObject({
      code: 'NOT_IN_FORCE',
      message: expect.stringContaining('comes later and counts'),
    })
    expect(revoked.message + revoked.advice).not.toContain('not prepared')

    // Where the helper's own rule is not there either, preparing is what helps.
    await world.reopen(() => root(host, 'mv', rules, '/root/rules'))
    const { lines: unprepared } = await checkHost(world)
    expect(unprepared).toContainEqual(expect.objectContaining({ subject: 'sudo', verdict: 'missing' }))
    await world.reopen(async () => {
      await root(host, 'mv', '/root/rules', rules)
      await root(host, 'rm', overruling)
    })
    expect(await checkHost(world)).toMatchObject({ isSound: true })
    await until('the revoke is in force', async () => !(await readHostRecords(host)).includes('203.0.113.7'))
    await remove('acme')
  })

  it('is the same under a sudo whose programs start no others: noexec is not for the helper', async () => {
    await createTenant(world.panel, {
      name: 'hardened',
      allow: [{ cidr: '203.0.113.7' }, { cidr: '203.0.113.8' }],
    })
    await world.reopen(() => writeRule(hardening, 'Defaults noexec\n'))
    await revoke('hardened', '203.0.113.7')
    expect(await host.exec(['ipset', 'save'])).toMatchObject({
      stdout: expect.not.stringContaining('113.7,'),
    })
    expect(await checkHost(world)).toMatchObject({ isSound: true })

    // As an earlier panel left it: another helper, and a rule without the tag.
    await world.reopen(async () => {
      await root(host, 'sed', '-i', 's/EXEC: //', rules)
      await root(host, 'sed', '-i', '$a # of an earlier panel', '/usr/local/sbin/memharbor-host')
    })
    const { isSound, lines } = await checkHost(world)
    expect(isSound).toBe(false)
    const advice = expect.stringContaining(`\`Defaults:${host.user} !noexec\``)
    const sentence = expect.stringMatching(/^Whether the ports are closed cannot be told: .*\(noexec\)\.$/)
    expect(lines).toContainEqual({ subject: 'Filter', verdict: 'bad', sentence, advice })
    expect(await problemOf(prepareHost(world))).toMatchObject({
      code: 'PREPARE_FAILED',
      message: expect.stringMatching(/visudo could not be started: .*\(noexec\)/),
    })
    await world.reopen(() => writeRule(hardening, `Defaults noexec\nDefaults:${host.user} !noexec\n`))
    await prepareHost(world)
    await world.reopen(() => writeRule(hardening, 'Defaults noexec\n'))
    expect(await checkHost(world)).toMatchObject({ isSound: true })
    await revoke('hardened', '203.0.113.8')
    await remove('hardened')
  })

  it('tells a tenant as not deleted until the host has confirmed it, in an open panel', async () => {
    const { client } = world.panel
    const { id } = await createTenant(world.panel, { name: 'late', allow: [{ cidr: '203.0.113.7' }] })
    await writeRule(momentRule, 'Defaults requiretty\n')
    await host.cutSsh()
    expect(await problemOf(remove('late'))).toMatchObject({
      code: 'NOT_IN_FORCE',
      message: expect.stringContaining('you must have a tty'),
    })
    expect(await client.tenant.list({})).toMatchObject([
      { leftover: 'not-deleted', why: expect.stringMatching(/^It is not deleted yet\. (?!Its port)/) },
    ])
    expect(await readHostRecords(host)).toContain(id)

    await root(host, 'rm', momentRule)
    // Any change on the host finishes beside it what was left unfinished there.
    await createTenant(world.panel, { name: 'next' })
    await until('the delete is finished', async () => (await client.tenant.list({})).length === 1, 30_000)
    expect(await readHostRecords(host)).not.toContain(id)
    expect(await client.tenant.list({})).toMatchObject([{ name: 'next', state: 'running' }])
    await remove('next')
  })

  it('becomes loopback by choice alone where sudo refuses, and not over tenants', async () => {
    await createTenant(world.panel, { name: 'stays' })
    const kept = ['/etc/sudoers.d/operators', rules].map((rule) => [rule, `/root${rule}`] as const)
    await root(host, 'mkdir', '-p', '/root/etc/sudoers.d')
    const takeRights = async () => {
      for (const [rule, away] of kept) await root(host, 'mv', rule, away)
      await writeRule(momentRule, `Defaults:${host.user} !authenticate\n`)
    }
    await world.reopen(takeRights)
    const { isSound, lines } = await checkHost(world)
    expect(isSound).toBe(false)
    expect(lines.map(({ sentence }) => sentence).join('\n')).not.toContain('127.0.0.1')
    expect(await problemOf(prepareHost(world))).toMatchObject({ code: 'FILTER_UNCLEAR' })
    expect(await problemOf(prepareHost(world, { loopback: true }))).toMatchObject({
      code: 'MODE_KEPT',
      message: expect.stringContaining('1 tenant'),
    })
    await world.reopen(async () => {
      for (const [rule, away] of kept) await root(host, 'mv', away, rule)
      await root(host, 'rm', momentRule)
    })
    await remove('stays')
    await world.reopen(takeRights)

    const unasked = await problemOf(prepareHost(world))
    expect(unasked).toMatchObject({ code: 'FILTER_UNCLEAR', advice: expect.stringContaining('--loopback') })
    expect(await readMode(world)).toBe('filtered')
    expect(await prepareHost(world, { loopback: true })).toMatchObject({ mode: 'loopback' })
  })
})

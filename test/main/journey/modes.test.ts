import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Host } from '../../../src/contract/host.ts'
import { until } from '../../hosts/condition.ts'
import { type HostNamespace, type HostOptions, startHost } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { skipReason } from '../../hosts/platform.ts'
import { addHost, addPrepared, type CommandRunner, startCommandRunner } from '../cli/command-runner.ts'
import { addSandbox, createTenant, openPanel, prepareSandbox, problemOf, readWork } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'
import {
  checkByCommand,
  momentRule,
  playMoment,
  readHostRecords,
  readMode,
  root,
  wantsTerminal,
} from './mode-moments.ts'

const reason = skipReason()
// Each command is a program of its own.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

describe.skipIf(reason !== null)(`the mode of a host${reason === null ? '' : ` (${reason})`}`, () => {
  let commands: CommandRunner
  const stops: (() => Promise<void>)[] = []

  beforeAll(async () => {
    commands = await startCommandRunner()
  })
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
  })
  afterAll(async () => {
    await commands?.stop()
  })

  const run = (...args: string[]) => commands.run(args)
  const check = (name: string) => checkByCommand(commands, name)
  const modeOf = (name: string) => readMode(commands, name)
  const start = async (options: HostOptions, prepared = true): Promise<HostNamespace> => {
    const host = await (prepared ? startPreparedHost(options) : startHost(options))
    stops.push(host.stop)
    return host
  }

  it('stays as it is while sudo refuses for a moment', async () => {
    const host = await start({ name: wantsTerminal.name, sudo: 'nopasswd' })
    await playMoment(commands, host, wantsTerminal)
  })

  it('cannot be told where a later sudoers rule overrides that of the helper', async () => {
    const host = await start({ name: 'later', sudo: 'nopasswd' })
    const rule = '/etc/sudoers.d/zzz'
    await addPrepared(commands, host)
    await commands.json(['tenant', 'create', 'acme', '--host', 'later', '--allow', '203.0.113.7'])
    await writeHostFile(host.namespace, rule, `${host.user} ALL=(ALL) ALL\n`, { mode: '440' })

    const { status, lines } = await check('later')
    expect(status).toBe(1)
    const words = /sudo: a password is required/
    for (const subject of ['sudo', 'Filter']) {
      const line = { subject, verdict: 'bad', sentence: expect.stringMatching(words) }
      expect(lines).toContainEqual(expect.objectContaining(line))
    }
    const told = expect.stringMatching(/a password is required.* A later sudoers rule overrides it/)
    expect(lines.find(({ subject }) => subject === 'sudo')).toMatchObject({
      sentence: told,
      advice: expect.stringContaining('`sudo -l`'),
    })
    expect(await run('host', 'list')).toMatchObject({ status: 0, stdout: told })
    for (const options of [[], ['--dry-run']])
      expect(await run('host', 'prepare', 'later', ...options)).toMatchObject({
        status: 1,
        stdout: '',
        stderr: expect.stringMatching(/^SUDO_OVERRULED: /),
      })
    const revoked = await run('tenant', 'revoke', 'acme', '203.0.113.7')
    expect(revoked).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^NOT_IN_FORCE: .* later sudoers/),
    })
    expect(revoked.stderr).not.toContain('not prepared')

    // Where the helper's own rule is not there either, preparing is what helps.
    await root(host, 'mv', '/etc/sudoers.d/zz-memharbor', '/root/zz-memharbor')
    const { lines: unprepared } = await check('later')
    expect(unprepared).toContainEqual(expect.objectContaining({ subject: 'sudo', verdict: 'missing' }))
    await root(host, 'mv', '/root/zz-memharbor', '/etc/sudoers.d/zz-memharbor')
    await root(host, 'rm', rule)
    expect((await check('later')).status).toBe(0)
    await until('the revoke is in force', async () => !(await readHostRecords(host)).includes('203.0.113.7'))
  })

  it('is the same under a sudo whose programs start no others: noexec is not for the helper', async () => {
    const host = await start({ name: 'hard', sudo: 'nopasswd' })
    const [rules, hardening] = ['/etc/sudoers.d/zz-memharbor', '/etc/sudoers.d/hardening']
    await addPrepared(commands, host)
    const allow = ['--allow', '203.0.113.7', '--allow', '203.0.113.8']
    await commands.json(['tenant', 'create', 'hardened', '--host', 'hard', ...allow])
    await writeHostFile(host.namespace, hardening, 'Defaults noexec\n', { mode: '440' })
    expect(await run('tenant', 'revoke', 'hardened', '203.0.113.7')).toMatchObject({ status: 0 })
    expect(await host.exec(['ipset', 'save'])).toMatchObject({
      stdout: expect.not.stringContaining('113.7,'),
    })
    expect(await check('hard')).toMatchObject({ status: 0 })

    // As an earlier panel left it: another helper, and a rule without the tag.
    await root(host, 'sed', '-i', 's/EXEC: //', rules)
    await root(host, 'sed', '-i', '$a # of an earlier panel', '/usr/local/sbin/memharbor-host')
    const { status, lines } = await check('hard')
    expect(status).toBe(1)
    const advice = expect.stringContaining(`\`Defaults:${host.user} !noexec\``)
    const sentence = expect.stringMatching(/^Whether the ports are closed cannot be told: .*\(noexec\)\.$/)
    expect(lines).toContainEqual({ subject: 'Filter', verdict: 'bad', sentence, advice })
    expect(await run('host', 'prepare', 'hard')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^PREPARE_FAILED: .*visudo could not be started: .*\(noexec\)/m),
    })
    await writeHostFile(host.namespace, hardening, `Defaults noexec\nDefaults:${host.user} !noexec\n`, {
      mode: '440',
    })
    expect(await run('host', 'prepare', 'hard')).toMatchObject({ status: 0 })
    await writeHostFile(host.namespace, hardening, 'Defaults noexec\n', { mode: '440' })
    expect(await check('hard')).toMatchObject({ status: 0 })
    expect(await run('tenant', 'revoke', 'hardened', '203.0.113.8')).toMatchObject({ status: 0 })
  })

  it('tells a tenant as not deleted until the host has confirmed it, in an open panel', async () => {
    const host = await start({ name: 'open', sudo: 'nopasswd' })
    const panel = await openPanel()
    stops.push(panel.stop)
    await addSandbox(panel, host)
    await prepareSandbox(panel, host)
    const { id } = await createTenant(panel, { name: 'acme', allow: [{ cidr: '203.0.113.7' }] })
    await writeHostFile(host.namespace, momentRule, 'Defaults requiretty\n', { mode: '440' })
    // The helper that runs already needs no sudo any more.
    await host.cutSsh()
    const refused = await problemOf(readWork(panel.client.tenant.delete({ name: 'acme', confirmed: true })))
    expect(refused).toMatchObject({
      code: 'NOT_IN_FORCE',
      message: expect.stringContaining('sudo wants a terminal there'),
    })
    const left = await panel.client.tenant.list({})
    expect(left).toMatchObject([{ leftover: 'not-deleted', why: expect.stringContaining('not deleted yet') }])
    expect(await readHostRecords(host)).toContain(id)

    await root(host, 'rm', momentRule)
    // Any change on the host finishes beside it what was left unfinished there.
    await createTenant(panel, { name: 'next' })
    await until(
      'the delete is finished',
      async () => (await panel.client.tenant.list({})).length === 1,
      30_000,
    )
    expect(await readHostRecords(host)).not.toContain(id)
    expect(await panel.client.tenant.list({})).toMatchObject([{ name: 'next', state: 'running' }])
  })

  it('becomes loopback by choice alone where root is certainly not to be had, and not over tenants', async () => {
    const host = await start({ name: 'rights', sudo: 'nopasswd' })
    await addPrepared(commands, host)
    await commands.json(['tenant', 'create', 'stays', '--host', 'rights'])
    const rules = ['/etc/sudoers.d/operators', '/etc/sudoers.d/zz-memharbor']
    const takeRights = async () => {
      for (const rule of rules) await root(host, 'mv', rule, `/root/${rule.split('/').at(-1)}`)
      await writeHostFile(host.namespace, momentRule, `Defaults:${host.user} !authenticate\n`, {
        mode: '440',
      })
    }
    await takeRights()
    const { status, lines } = await check('rights')
    expect(status).toBe(1)
    expect(lines.map(({ sentence }) => sentence).join('\n')).not.toContain('127.0.0.1')
    for (const choice of [[], ['--loopback']]) {
      const refused = await run('host', 'prepare', 'rights', ...choice)
      expect(refused).toMatchObject({ status: 1, stderr: expect.stringMatching(/^MODE_KEPT: .*1 tenant/) })
    }
    for (const rule of rules) await root(host, 'mv', `/root/${rule.split('/').at(-1)}`, rule)
    await root(host, 'rm', momentRule)
    await commands.json(['tenant', 'delete', 'stays', '--yes'])
    await takeRights()

    const unasked = await run('host', 'prepare', 'rights')
    expect(unasked).toMatchObject({ status: 1, stderr: expect.stringMatching(/^MODE_KEPT: .*--loopback/) })
    expect(await modeOf('rights')).toBe('filtered')
    expect(await commands.json<Host>(['host', 'prepare', 'rights', '--loopback'])).toMatchObject({
      mode: 'loopback',
    })
  })

  it('of a fresh host whose user is no sudoer is loopback, and the check says why', async () => {
    const host = await start({ name: 'fresh', sudo: 'none' }, false)
    await writeHostFile(host.namespace, momentRule, `Defaults:${host.user} !authenticate\n`, { mode: '440' })
    await addHost(commands, host)
    const { lines } = await check('fresh')
    const sentence = expect.stringContaining(`${host.user} may not become root there`)
    expect(lines).toContainEqual(expect.objectContaining({ subject: 'Filter', verdict: 'note', sentence }))
    expect(await commands.json<Host>(['host', 'prepare', 'fresh'])).toMatchObject({ mode: 'loopback' })
  })
})

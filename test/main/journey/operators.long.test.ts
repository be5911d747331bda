import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CheckLine, HostOperator } from '../../../src/contract/host.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import { type CommandRunner, startCommandRunner } from '../cli/command-runner.ts'
import { startPreparedHost } from '../prepared-host.ts'

const reason = skipReason()
const helper = '/usr/local/sbin/memharbor-host'

describe.skipIf(reason !== null)(`the operators of a host${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  let commands: CommandRunner

  beforeAll(async () => {
    host = await startPreparedHost({ name: 'web1', sudo: 'password' })
    commands = await startCommandRunner()
    const target = ['--ssh', `${host.user}@${host.address4}`, '--identity', host.identityFile]
    await commands.json(['host', 'add', 'web1', ...target, '--host-key', host.hostKeyFingerprint])
    expect(await commands.run(['host', 'prepare', 'web1'])).toMatchObject({ status: 0 })
    for (const [name, groups] of [
      ['ann', ['--groups', 'docker']],
      ['bob', ['--groups', 'docker']],
      ['carl', []],
      ['eve', ['--groups', 'docker']],
      ['mallory', []],
    ] as const) {
      await host.exec(['useradd', ...groups, name])
    }
  })
  afterAll(async () => {
    await commands?.stop()
    await host?.stop()
  })

  const runHelper = (user: string, input = '{"v":1,"op":"hello"}\n') =>
    host.exec(['sudo', '-n', helper], { user, input })
  const operators = () => commands.json<HostOperator[]>(['host', 'operators', 'web1'])
  /** As panels before made operators, with a rule by name. */
  const record = async (...names: string[]) => {
    const rules = names.map((name) => `${name} ALL=(root) NOPASSWD: ${helper} ""`).join('\n')
    await host.exec(['sh', '-c', `echo '${rules}' >> /etc/sudoers.d/zz-memharbor`])
    const list = names.map((name) => `"${name}"`).join(', ')
    await host.exec(['sed', '-i', `s/"operators": *\\[/&${list}, /`, '/var/lib/memharbor/state.json'])
  }
  const plan = () =>
    commands.json<{ steps: { kind: string; sentence: string }[] }>(['host', 'prepare', 'web1', '--dry-run'])
  const check = async () => {
    const { status, stdout } = await commands.run(['host', 'check', 'web1', '--json'])
    const { lines } = JSON.parse(stdout) as { lines: CheckLine[] }
    return { status, lines: lines.filter(({ subject }) => subject === 'Operators') }
  }
  const prepare = () => commands.run(['host', 'prepare', 'web1', '--sudo-password-stdin'], host.sudoPassword)

  it('are the one who prepared it, whose rule names a uid', async () => {
    expect(await operators()).toEqual([{ name: host.user, standing: 'present', why: '', isSelf: true }])
    const { lines } = await check()
    expect(lines).toMatchObject([{ verdict: 'good', sentence: `${host.user} may run the helper.` }])
    const uid = (await host.exec(['id', '-u', host.user])).stdout.trim()
    const { stdout } = await host.exec(['cat', '/etc/sudoers.d/zz-memharbor'])
    expect(stdout).toContain(`\n# ${host.user}\n#${uid} ALL=(root) NOPASSWD: EXEC: ${helper} ""\n`)
    expect((await plan()).steps).toEqual([])
  })

  it('lose the right when they have left, in a step that is shown before; nobody else does', async () => {
    await record('ALL', 'ann', 'bob', 'carl')
    expect(await runHelper('mallory')).toMatchObject({ status: 0 })
    await host.exec(['userdel', 'bob'])
    const { status, lines } = await check()
    expect(status).toBe(1)
    expect(lines.map(({ verdict, sentence }) => `${verdict} ${sentence}`)).toEqual([
      `good ann, ${host.user} may run the helper.`,
      'missing ALL may run the helper: sudo takes that name for an alias.',
      'missing bob may run the helper: no account there.',
      'missing carl may run the helper: may not use Docker there.',
    ])
    const { steps } = await plan()
    expect(steps.map(({ kind }) => kind)).toEqual(['install-helper', 'remove-operators'])
    expect(steps[1]?.sentence).toBe(
      'Take the right to run the helper away from ALL (sudo takes that name for an alias), bob (no account there), carl (may not use Docker there)',
    )
    expect(await prepare()).toMatchObject({ status: 0 })
    expect((await operators()).map(({ name }) => name)).toEqual(['ann', host.user].sort())
    expect((await runHelper('mallory')).status).not.toBe(0)
    expect((await runHelper('carl')).status).not.toBe(0)
    expect(await runHelper('ann')).toMatchObject({ status: 0 })
    expect((await check()).lines).toHaveLength(1)
    expect((await plan()).steps).toEqual([])
  })

  it('have no right by a uid that somebody else has now; check and plan say so', async () => {
    const uid = (await host.exec(['id', '-u', 'ann'])).stdout.trim()
    await host.exec(['sh', '-c', `userdel ann; useradd --uid ${uid} mike; useradd --groups docker ann`])
    expect(await runHelper('mike')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('that of ann'),
    })
    const { status, lines } = await check()
    expect(status).toBe(1)
    expect(lines[1]).toMatchObject({ verdict: 'missing', sentence: expect.stringContaining('mike has now') })
    expect(await operators()).toMatchObject([{ name: 'ann', standing: 'reused' }, { name: host.user }])
    const { steps } = await plan()
    expect(steps).toMatchObject([{ kind: 'install-helper', sentence: expect.stringContaining('mike has') }])
    expect(await prepare()).toMatchObject({ status: 0 })
    expect((await runHelper('mike')).stdout).toBe('')
    expect(await runHelper('ann')).toMatchObject({ status: 0 })
    expect((await check()).lines).toHaveLength(1)
    expect((await plan()).steps).toEqual([])
  })

  it('stay where they could not be looked up', async () => {
    await record('eve')
    await host.exec(['userdel', 'eve'])
    const sources = '/etc/nsswitch.conf'
    await host.exec(['sed', '-i', 's/^\\(passwd\\|group\\):.*/\\1: files ldap/', sources])
    const { lines } = await check()
    expect(lines.map(({ verdict }) => verdict)).toEqual(['good', 'note'])
    expect(lines[1]?.advice).toContain('memharbor host operators web1 --remove eve')
    // Rules of before are written again as they are now, with hers.
    expect((await plan()).steps.map(({ kind }) => kind)).toEqual(['install-helper'])
    expect(await prepare()).toMatchObject({ status: 0 })
    expect((await plan()).steps).toEqual([])
    expect((await operators()).map(({ name }) => name)).toEqual(['ann', host.user, 'eve'].sort())
    const removed = await commands.run(
      ['host', 'operators', 'web1', '--remove', 'eve', '--sudo-password-stdin'],
      host.sudoPassword,
    )
    expect(removed).toMatchObject({ status: 0 })
    await host.exec(['sed', '-i', 's/^\\(passwd\\|group\\):.*/\\1: files/', sources])
    expect((await operators()).map(({ name }) => name)).toEqual(['ann', host.user].sort())
  })

  it('are taken out by name; the one who asks has to know what it means', async () => {
    const remove = (...words: string[]) =>
      commands.run(
        ['host', 'operators', 'web1', '--remove', ...words, '--sudo-password-stdin'],
        host.sudoPassword,
      )
    const unknown = await remove('mallory')
    expect(unknown).toMatchObject({ status: 1, stderr: expect.stringContaining('ann, deploy') })
    expect(await remove('ann')).toMatchObject({ status: 0, stdout: expect.stringContaining('docker group') })
    expect((await runHelper('ann')).status).not.toBe(0)
    const state = await host.exec(['cat', '/var/lib/memharbor/state.json'])
    expect(state.stdout).not.toContain('"ann"')

    const self = await remove(host.user)
    expect(self).toMatchObject({ status: 1, stderr: expect.stringContaining('CONFIRMATION_NEEDED') })
    expect(self.stderr).toContain(`logged in to web1 as ${host.user}`)
    expect(await runHelper(host.user)).toMatchObject({ status: 0 })
    expect(await remove(host.user, '--yes')).toMatchObject({ status: 0 })
    expect((await runHelper(host.user)).status).not.toBe(0)
    expect(await prepare()).toMatchObject({ status: 0 })
    expect(await operators()).toEqual([{ name: host.user, standing: 'present', why: '', isSelf: true }])
    const { stdout } = await commands.run(['activity', 'list', '--limit', '10', '--json'])
    expect(stdout).toContain('host operators')
  })
})

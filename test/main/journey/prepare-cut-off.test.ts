import { createInterface } from 'node:readline'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Operation } from '../../../src/contract/activity.ts'
import type { CheckLine } from '../../../src/contract/host.ts'
import { type HostNamespace, startHost } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { skipReason } from '../../hosts/platform.ts'
import { readResource } from '../../resources/host/helper-host.ts'
import { type CommandRunner, startCommandRunner } from '../cli/command-runner.ts'
import { type BuiltProgram, buildSharedProgram } from '../program.ts'

const reason = skipReason()

describe.skipIf(reason !== null)(`preparing, cut off${reason === null ? '' : ` (${reason})`}`, () => {
  let commands: CommandRunner
  let program: Pick<BuiltProgram, 'path'>
  let host: HostNamespace

  beforeAll(async () => {
    commands = await startCommandRunner()
    program = await buildSharedProgram(new URL('router-program.ts', import.meta.url).pathname)
    host = await startHost({ name: 'web1', sudo: 'nopasswd' })
    const target = ['--ssh', `${host.user}@${host.address4}`, '--identity', host.identityFile]
    await commands.json(['host', 'add', 'web1', ...target, '--host-key', host.hostKeyFingerprint])
  })

  afterAll(async () => {
    await host?.stop()
    await commands?.stop()
  })

  /** Prepares in a program of its own that is killed as soon as it says that this step has begun. */
  const killAt = async (kind: string, fingerprint: string) => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: commands.dataDir }
    const victim = execa(process.execPath, [program.path, commands.dataDir], {
      ...{ reject: false, extendEnv: false, env, buffer: false },
    })
    const input = { name: 'web1', fingerprint, confirmed: false }
    victim.stdin.write(`${JSON.stringify({ noun: 'host', verb: 'prepare', input })}\n`)
    for await (const line of createInterface({ input: victim.stdout })) {
      if ((JSON.parse(line) as { step?: string }).step === kind) victim.kill('SIGKILL')
    }
    expect(await victim).toMatchObject({ signal: 'SIGKILL' })
  }
  const plan = () =>
    commands.json<{ steps: { kind: string }[]; fingerprint: string }>([
      'host',
      'prepare',
      'web1',
      '--dry-run',
    ])
  const said = 'Not finished: host prepare of web1, which was cut off. Do it again to finish it.'
  const prepares = async () => {
    const operations = await commands.json<Operation[]>(['activity', 'list'])
    return operations.filter(({ kind }) => kind === 'host prepare')
  }

  it.each(['close-range', 'build-image'])(
    'by the death of the program in %s: it is told once, it is in the log, and it can be done again',
    async (kind) => {
      const { steps, fingerprint } = await plan()
      expect(steps.map((step) => step.kind)).toContain(kind)
      await killAt(kind, fingerprint)

      expect(await commands.run(['host', 'list'])).toMatchObject({ status: 0, stderr: said })
      expect(await commands.run(['host', 'list'])).toMatchObject({ status: 0, stderr: '' })
      const [last] = await prepares()
      expect(last).toMatchObject({ host: 'web1', outcome: 'failed', finishedAt: expect.any(String) })
      expect(last?.why).toContain('the program ended before this was done')
      expect(last?.steps.map(({ state }) => state)).toEqual(steps.map(() => 'failed'))
    },
  )

  it('and is finished by doing it again, which is not told to do it again', async () => {
    await killAt('build-image', (await plan()).fingerprint)
    const { status, stderr } = await commands.run(['host', 'prepare', 'web1'])
    expect({ status, tells: stderr.includes(said) }).toEqual({ status: 0, tells: false })
    const { ready, lines } = await commands.json<{ ready: boolean; lines: CheckLine[] }>([
      'host',
      'check',
      'web1',
    ])
    expect({ ready, missing: lines.filter(({ verdict }) => verdict === 'missing') }).toEqual({
      ...{ ready: true, missing: [] },
    })
    expect((await plan()).steps).toEqual([])
    expect((await prepares()).map(({ outcome }) => outcome)).toEqual(['done', 'failed', 'failed', 'failed'])
    expect(await commands.json(['tenant', 'create', 'acme'])).toMatchObject({ state: 'running' })
  })

  it('while packages were installed: what keeps services from starting is named, and taken away', async () => {
    const policy = '/usr/sbin/policy-rc.d'
    const text = /^POLICY_TEXT = '''([^']*)'''$/m.exec(await readResource('prepare.py'))?.[1] ?? ''
    expect(text).toContain('exit 101')
    await writeHostFile(host.namespace, policy, text, { mode: '755' })
    const check = await commands.run(['host', 'check', 'web1'])
    expect(check).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/MISSING +Packages .*policy-rc\.d/),
    })
    expect((await plan()).steps.map(({ kind }) => kind)).toEqual(['remove-policy'])
    expect(await commands.run(['host', 'prepare', 'web1'])).toMatchObject({ status: 0 })
    expect((await host.exec(['ls', policy])).status).not.toBe(0)
    expect(await commands.run(['host', 'check', 'web1'])).toMatchObject({ status: 0 })
  })
})

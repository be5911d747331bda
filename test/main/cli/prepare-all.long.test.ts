import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { skipReason } from '../../hosts/platform.ts'
import { helperPath, readResource } from '../../resources/host/helper-host.ts'
import { startPreparedHost } from '../prepared-host.ts'
import { addHost, addPrepared, type CommandRunner, startCommandRunner } from './command-runner.ts'

const reason = skipReason()
// Each command is a program of its own.
vi.setConfig({ testTimeout: 180_000 })

describe.skipIf(reason !== null)(`hosts with an older helper${reason === null ? '' : ` (${reason})`}`, () => {
  let commands: CommandRunner
  let host: HostNamespace
  let other: HostNamespace
  let current: string

  beforeAll(async () => {
    commands = await startCommandRunner()
    host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
    other = await startPreparedHost({ name: 'web2', sudo: 'nopasswd' })
    await addPrepared(commands, host)
    await addPrepared(commands, other)
    const text = await readResource('memharbor-host')
    current = /^VERSION = '(.*)'$/m.exec(text)?.[1] ?? ''
    const older = text.replace(/^VERSION = .*$/m, "VERSION = '1.1.9'")
    await writeHostFile(host.namespace, helperPath, older, { mode: '755' })
  })

  afterAll(async () => {
    await commands?.stop()
    await host?.stop()
    await other?.stop()
  })

  const list = () => commands.json<{ name: string; helper: { standing: string } }[]>(['host', 'list'])
  const standings = async () => (await list()).map(({ name, helper }) => [name, helper.standing])

  it('are named in the list, and one plan brings them the newer one', async () => {
    expect(await standings()).toEqual([
      ['web1', 'older'],
      ['web2', 'current'],
    ])
    expect((await commands.run(['host', 'list'])).stdout).toContain(`1.1.9, waits for ${current}`)
    expect((await commands.run(['host', 'prepare'])).status).toBe(2)
    expect((await commands.run(['host', 'prepare', 'web1', '--all'])).status).toBe(2)
    const dry = await commands.run(['host', 'prepare', '--all', '--dry-run'])
    expect(dry).toMatchObject({ status: 0, stdout: expect.stringContaining('On web1:') })
    expect(dry.stdout).toContain('web2 is ready; there is nothing to do.')
    expect((await standings())[0]).toEqual(['web1', 'older'])

    const done = await commands.run(['host', 'prepare', '--all'])
    expect(done).toMatchObject({ status: 0, stdout: expect.stringContaining('2 ready, 0 failed.') })
    expect((await standings())[0]).toEqual(['web1', 'current'])
  })

  it('are prepared also where another host is not reached, and the status is 1 then', async () => {
    const text = await readResource('memharbor-host')
    const older = text.replace(/^VERSION = .*$/m, "VERSION = '1.1.9'")
    await writeHostFile(host.namespace, helperPath, older, { mode: '755' })
    await other.stopSsh()
    expect(await standings()).toEqual([
      ['web1', 'older'],
      ['web2', 'unknown'],
    ])
    const { status, stdout } = await commands.run(['host', 'prepare', '--all', '--json'])
    expect({ status, results: JSON.parse(stdout) }).toMatchObject({
      status: 1,
      results: [
        { name: 'web1', ok: true, steps: [{ kind: 'install-helper' }] },
        { name: 'web2', ok: false, code: 'HOST_UNREACHABLE' },
      ],
    })
    expect((await standings())[0]).toEqual(['web1', 'current'])
  })
  it('are asked for a sudo password of their own, and a wrong one stops nobody else', async () => {
    await other.startSsh()
    const asking = await startPreparedHost({ name: 'web0' })
    try {
      await addHost(commands, asking)
      const prepare = ['host', 'prepare', 'web0', '--sudo-password-stdin']
      expect(await commands.run(prepare, `${asking.sudoPassword}\n`)).toMatchObject({ status: 0 })
      const text = await readResource('memharbor-host')
      const older = text.replace(/^VERSION = .*$/m, "VERSION = '1.1.9'")
      for (const each of [asking, host])
        await writeHostFile(each.namespace, helperPath, older, { mode: '755' })

      const unasked = await commands.run(['host', 'prepare', '--all'])
      expect(unasked).toMatchObject({ status: 1, stdout: expect.stringContaining('2 ready, 1 failed.') })
      expect(unasked.stderr).toContain('web0: SUDO_PASSWORD_NEEDED')
      expect(await standings()).toEqual([
        ['web0', 'older'],
        ['web1', 'current'],
        ['web2', 'current'],
      ])
      const question = 'The sudo password on web0'
      const answers = [
        [question, 'not the password'],
        [question, asking.sudoPassword],
      ] as const
      const asked = await commands.onTerminal(answers, ['host', 'prepare', '--all'])
      expect(asked).toMatchObject({ status: 0, unasked: [] })
      expect(asked.seen).toContain('3 ready, 0 failed.')
      expect(asked.seen).not.toContain(asking.sudoPassword)
      expect((await standings())[0]).toEqual(['web0', 'current'])
    } finally {
      await asking.stop()
    }
  })
})

import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { startPreparedHost } from '../prepared-host.ts'
import { addHost } from './command-runner.ts'
import { type OlderHosts, startOlderHosts } from './older-hosts.ts'

// Each command is a program of its own.
vi.setConfig({ testTimeout: 180_000 })

describeOnHosts('hosts with an older helper', () => {
  let hosts: OlderHosts

  beforeAll(async () => {
    hosts = await startOlderHosts()
  })
  afterAll(() => hosts?.stop())

  it('are prepared also where another host is not reached, and the status is 1 then', async () => {
    const { commands, host, other, standings, age } = hosts
    await age(host)
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
    const { commands, host, other, standings, age } = hosts
    await other.startSsh()
    const asking = await startPreparedHost({ name: 'web0' })
    try {
      await addHost(commands, asking)
      const prepare = ['host', 'prepare', 'web0', '--sudo-password-stdin']
      expect(await commands.run(prepare, `${asking.sudoPassword}\n`)).toMatchObject({ status: 0 })
      for (const each of [asking, host]) await age(each)

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

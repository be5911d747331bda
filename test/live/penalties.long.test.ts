import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../hosts/condition.ts'
import { makeKey } from '../hosts/keys.ts'
import { type LiveHost, startLiveHost } from '../hosts/live/live-host.ts'
import { observeLiveRoot } from '../hosts/live/live-platform.ts'
import { addHost, type CommandRunner, startCommandRunner } from '../main/cli/command-runner.ts'
import { addSandbox, openPanel } from '../main/panel.ts'

const root = await observeLiveRoot('forky')
const minutes = 60_000

/** OpenSSH 9.8 and later shut an address out whose logins fail (PerSourcePenalties): its own settings, as they are shipped. */
describe.skipIf(root.kind !== 'ready')(
  `penalties of OpenSSH 10${root.kind === 'ready' ? '' : ` (${root.reason})`}`,
  { timeout: 12 * minutes },
  () => {
    let host: LiveHost
    let commands: CommandRunner

    beforeAll(async () => {
      if (root.kind !== 'ready') throw new Error(root.reason)
      host = await startLiveHost({ root: root.path, sudo: 'nopasswd' })
      commands = await startCommandRunner()
      await addHost(commands, host)
    }, 5 * minutes)
    afterAll(async () => {
      await commands?.stop()
      await host?.stop()
    })

    const isPenalized = async (): Promise<boolean> => {
      const { stdout } = await host.exec(['journalctl', '-u', 'ssh', '--no-pager', '-o', 'cat'])
      return /penalty|drop connection/i.test(stdout)
    }

    const countLogins = async (): Promise<number> => {
      const { stdout } = await host.exec(['journalctl', '-u', 'ssh', '--no-pager', '-o', 'cat'])
      return stdout.split('Accepted publickey').length - 1
    }

    it('200 commands, each with a login of its own, are never shut out', async () => {
      const { stdout: version } = await host.exec(['dpkg-query', '-W', 'openssh-server'])
      const before = await countLogins()
      const failed: string[] = []
      const begun = performance.now()
      // Each has a store of its own: commands on one store would share the connection of the first.
      const runners = await Promise.all([1, 2, 3, 4].map(() => startCommandRunner()))
      const askOften = async (runner: CommandRunner): Promise<void> => {
        await addHost(runner, host)
        for (let i = 0; i < 49; i += 1) {
          const { stdout, stderr } = await runner.run(['host', 'check', host.name])
          if (!stdout.includes('SSH works')) failed.push(stderr)
        }
      }
      try {
        await Promise.all(runners.map(askOften))
      } finally {
        for (const runner of runners) await runner.stop()
      }
      const tookS = Math.round((performance.now() - begun) / 1_000)
      const logins = (await countLogins()) - before
      process.stdout.write(`${version.trim()}: 200 commands, ${logins} logins in ${tookS} s\n`)
      expect(failed).toEqual([])
      expect(logins).toBeGreaterThanOrEqual(200)
      expect(await isPenalized()).toBe(false)
    })

    it('a panel that loses its connection 20 times is back each time', async () => {
      const panel = await openPanel()
      try {
        await addSandbox(panel, host)
        // It is back by itself, while somebody watches, sooner than a look could see that it was away.
        const stop = new AbortController()
        const watching = (async () => {
          for await (const _ of await panel.client.panel.watch(undefined, { signal: stop.signal }));
        })().catch(() => {})
        await panel.client.host.check({ name: host.name })
        const begun = performance.now()
        for (let i = 0; i < 20; i += 1) {
          const logins = await countLogins()
          // Ending sshd's own processes would be a crash to it, which it makes the client pay for.
          await host.exec(['ss', '-K', 'state', 'established', 'sport', '=', ':22'])
          await until('it has logged in again', async () => (await countLogins()) > logins, 60_000)
        }
        const tookS = Math.round((performance.now() - begun) / 1_000)
        process.stdout.write(`20 lost connections in ${tookS} s\n`)
        const { lines } = await panel.client.host.check({ name: host.name })
        expect(lines[0]?.sentence).toContain('SSH works')
        stop.abort()
        await watching
        expect(await isPenalized()).toBe(false)
      } finally {
        await panel.stop()
      }
    })

    it('three wrong keys do not shut out, and a penalty is told as what it may be', async () => {
      const target = `${host.user}@${host.address4}`
      const add = (key: string) =>
        commands.run([
          'host',
          'add',
          'wrong',
          '--ssh',
          target,
          '--identity',
          key,
          '--host-key',
          host.hostKeyFingerprint,
        ])
      const key = await makeKey(`${commands.dataDir}/wrong`)
      for (let i = 0; i < 3; i += 1) expect((await add(key)).stderr).toContain('LOGIN_REFUSED')
      expect((await commands.run(['host', 'check', host.name])).stdout).toContain('SSH works')
      // Further ones, until the server has had enough.
      let said = ''
      for (let i = 0; i < 12 && !said.includes('shuts out'); i += 1) said = (await add(key)).stderr
      expect(said).toContain('shuts out')
      process.stdout.write(`${said}\n`)
      let waited = 0
      for (; waited < 10 * 60; waited += 5) {
        if ((await commands.run(['host', 'check', host.name])).stdout.includes('SSH works')) break
        await pause(5_000)
      }
      process.stdout.write(`let in again after ${waited} s\n`)
    })
  },
)

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../../hosts/condition.ts'
import { makeKey, readPublicKey } from '../../../hosts/keys.ts'
import { mustRun, run } from '../../../hosts/run.ts'
import { type Bench, openBench, problemOf, sshdSkipReason } from './bench.ts'
import { type Sshd, signal } from './sshd.ts'

const skipped = sshdSkipReason()
const user = os.userInfo().username

describe.skipIf(skipped !== null)(`login${skipped === null ? '' : ` (${skipped})`}`, () => {
  let bench: Bench
  let server: Sshd
  let stranger: string
  let locked: string
  beforeAll(async () => {
    bench = await openBench()
    stranger = await makeKey(join(bench.folder, 'stranger'))
    locked = await makeKey(join(bench.folder, 'locked'), 'open sesame')
    await mustRun([
      'ssh-keygen',
      '-q',
      '-t',
      'rsa',
      '-m',
      'PEM',
      '-N',
      'open sesame',
      '-f',
      join(bench.folder, 'pem'),
    ])
    await mustRun([
      'ssh-keygen',
      '-q',
      '-t',
      'ecdsa',
      '-m',
      'PKCS8',
      '-N',
      '',
      '-f',
      join(bench.folder, 'pkcs8'),
    ])
    const keys = ['id', 'locked', 'pem', 'pkcs8'].map((name) => readPublicKey(join(bench.folder, name)))
    server = await bench.sshd({ authorizedKeys: `${keys.join('\n')}\n` })
  })
  afterAll(() => bench.close())

  const target = (identityFile?: string) => ({
    address: '127.0.0.1',
    port: server.port,
    ...(identityFile === undefined ? {} : { identityFile }),
  })
  const withKeys = (name: string, lines: string): string =>
    bench.file(
      name,
      `Host *\n${lines}\n${readFileSync(bench.configFile, 'utf8').replace('IdentityFile none', '')}`,
    )

  it('a key that the server does not know is refused', async () => {
    expect(await problemOf(bench.link(server, { target: target(stranger) }).connect())).toEqual({
      code: 'LOGIN_REFUSED',
      details: { host: 'web', user, tried: [stranger] },
    })
  })

  it('without any key nothing was tried', async () => {
    expect(await problemOf(bench.link(server, { target: target() }).connect())).toEqual({
      code: 'LOGIN_REFUSED',
      details: { host: 'web', user, tried: [] },
    })
  })

  it('too many keys for the server are a refusal', async () => {
    const strict = await bench.sshd({ config: 'MaxAuthTries 1' })
    const second = await makeKey(join(bench.folder, 'second'))
    const configFile = withKeys('config_many', `  IdentityFile ${stranger}\n  IdentityFile ${second}`)
    const link = bench.link(strict, { target: { ...target(), port: strict.port }, configFile })
    expect(await problemOf(link.connect())).toMatchObject({ code: 'LOGIN_REFUSED' })
  })

  it.each(['locked', 'pem'])(
    'an encrypted key (%s) asks for its passphrase, once for the life of the link',
    async (name) => {
      const asked: string[] = []
      const identityFile = join(bench.folder, name)
      const link = bench.link(server, {
        target: target(identityFile),
        readPassphrase: async (path) => {
          asked.push(path)
          return 'open sesame'
        },
      })
      await link.connect()
      for (const pid of server.sessions()) signal(pid, 'SIGKILL')
      await until('the loss is seen', () => !link.info().connected)
      await link.connect()
      expect(asked).toEqual([identityFile])
    },
  )

  it('the passphrase is asked for only when the server accepts the key', async () => {
    const other = await makeKey(join(bench.folder, 'locked-stranger'), 'secret')
    let asked = 0
    const link = bench.link(server, {
      target: target(other),
      readPassphrase: async () => {
        asked += 1
        return 'secret'
      },
    })
    expect(await problemOf(link.connect())).toMatchObject({ code: 'LOGIN_REFUSED' })
    expect(asked).toBe(0)
  })

  it('a passphrase may take longer than the call, and be missing or wrong', async () => {
    const slow = bench.link(server, {
      target: target(locked),
      readPassphrase: () => new Promise((resolve) => setTimeout(resolve, 2_500, 'open sesame')),
    })
    await slow.connect({ timeoutMs: 2_000 })
    const missing = bench.link(server, { target: target(locked) })
    expect(await problemOf(missing.connect())).toEqual({
      code: 'PASSPHRASE_NEEDED',
      details: { identityFile: locked },
    })
    for (const identityFile of [locked, join(bench.folder, 'pem')]) {
      const wrong = bench.link(server, { target: target(identityFile), readPassphrase: async () => 'wrong' })
      expect(await problemOf(wrong.connect())).toEqual({
        code: 'PASSPHRASE_WRONG',
        details: { identityFile },
      })
    }
  })

  it('a configured encrypted key without passphrase is passed over while others remain', async () => {
    const link = bench.link(server, {
      target: target(),
      configFile: withKeys('config_default', `  IdentityFile ${locked}\n  IdentityFile ${bench.identity}`),
    })
    await link.connect()
    const alone = bench.link(server, {
      target: target(),
      configFile: withKeys('config_alone', `  IdentityFile ${locked}`),
    })
    expect(await problemOf(alone.connect())).toMatchObject({ code: 'PASSPHRASE_NEEDED' })
  })

  it('a server that takes connections and closes them is said to shut out, in its words', async () => {
    const full = await bench.sshd({ config: 'MaxStartups 1:100:1' })
    const held = net.connect(full.port, '127.0.0.1')
    await once(held, 'data')
    const link = bench.link(full, { target: { ...target(), port: full.port } })
    const { code, details } = await problemOf(link.connect())
    held.destroy()
    expect(code).toBe('HOST_UNREACHABLE')
    expect(details).toMatchObject({ shutOut: true, reason: expect.stringContaining('Exceeded MaxStartups') })
  })

  it('a key in PKCS #8 is taken', async () => {
    await bench.link(server, { target: target(join(bench.folder, 'pkcs8')) }).connect()
  })

  it('a named key that cannot be used says why', async () => {
    const open = await makeKey(join(bench.folder, 'open'))
    chmodSync(open, 0o644)
    const cases = [
      [join(bench.folder, 'absent'), 'there is no such file'],
      [bench.file('garbage', 'hello'), 'it is not a key of a supported kind'],
      [open, 'others can read it (mode 644); run chmod 600 on it'],
      [
        `${bench.identity}.pub`,
        'it is a public key, and the agent does not hold its private part (there is no agent)',
      ],
    ] as const
    for (const [identityFile, reason] of cases) {
      expect(await problemOf(bench.link(server, { target: target(identityFile) }).connect())).toEqual({
        code: 'IDENTITY_UNREADABLE',
        details: { identityFile, reason },
      })
    }
  })

  describe('with an agent', () => {
    const agents: (() => void)[] = []
    afterEach(() => {
      for (const end of agents.splice(0)) end()
    })
    const startAgent = async (name: string, ...keys: string[]): Promise<string> => {
      const socket = join(bench.folder, name)
      const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
      agents.push(() => child.kill())
      await until('the agent listens', () => existsSync(socket))
      for (const key of keys) {
        const added = await run(['env', `SSH_AUTH_SOCK=${socket}`, 'ssh-add', '-q', key])
        expect(added.status).toBe(0)
      }
      return socket
    }

    it('its keys log in, an RSA one too', async () => {
      const rsa = join(bench.folder, 'rsa')
      await mustRun(['ssh-keygen', '-q', '-t', 'rsa', '-N', '', '-f', rsa])
      const own = await bench.sshd({ authorizedKeys: `${readPublicKey(rsa)}\n` })
      const socket = await startAgent('agent-1', stranger, rsa)
      const configFile = bench.file(
        'config_agent',
        `Host *\n  IdentityAgent ${socket}\n${readFileSync(bench.configFile, 'utf8')}`,
      )
      const link = bench.link(own, { target: { ...target(), port: own.port }, configFile })
      await link.connect()
    })

    it('a named key comes first, and IdentitiesOnly keeps the others out', async () => {
      const socket = await startAgent('agent-2', stranger)
      const lines = `Host *\n  IdentityAgent ${socket}\n`
      const configFile = bench.file('config_first', lines + readFileSync(bench.configFile, 'utf8'))
      const strict = await bench.sshd({ config: 'MaxAuthTries 1' })
      await bench.link(strict, { configFile }).connect()
      const only = bench.file(
        'config_only',
        `${lines}  IdentitiesOnly yes\n${readFileSync(bench.configFile, 'utf8')}`,
      )
      expect(
        await problemOf(bench.link(server, { target: target(), configFile: only }).connect()),
      ).toMatchObject({
        code: 'LOGIN_REFUSED',
        details: { tried: [] },
      })
    })

    it('an encrypted key that the agent holds asks nobody', async () => {
      const copy = bench.file('locked-copy', readFileSync(locked, 'utf8'))
      await mustRun(['ssh-keygen', '-q', '-p', '-P', 'open sesame', '-N', '', '-f', copy])
      const socket = await startAgent('agent-3', copy)
      const configFile = bench.file(
        'config_held',
        `Host *\n  IdentityAgent ${socket}\n${readFileSync(bench.configFile, 'utf8')}`,
      )
      await bench.link(server, { target: target(locked), configFile }).connect()
    })

    it('an agent that is gone is passed over', async () => {
      const configFile = bench.file(
        'config_gone',
        `Host *\n  IdentityAgent ${join(bench.folder, 'gone')}\n${readFileSync(bench.configFile, 'utf8')}`,
      )
      await bench.link(server, { configFile }).connect()
    })
  })
})

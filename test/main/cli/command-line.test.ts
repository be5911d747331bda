import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { KeytarCaller } from '../../../src/main/adapters/secrets/keytar-calls.ts'
import { openSecrets, passphraseAccount } from '../../../src/main/adapters/secrets/secrets.ts'
import { compose } from '../../../src/main/compose.ts'
import { openOwner } from '../../../src/main/control/owner.ts'
import { serveControl } from '../../../src/main/control/server.ts'
import { router } from '../../../src/main/router.ts'
import { type Client, startClient } from '../../hosts/client.ts'
import { until } from '../../hosts/condition.ts'
import { type HostNamespace, startHost } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { skipReason } from '../../hosts/platform.ts'
import { briefly } from '../brief-node.ts'
import { type BuiltProgram, buildCommandLine } from '../program.ts'

const reason = skipReason()

// Each command is a program of its own, and some tests run twenty.
vi.setConfig({ testTimeout: 180_000 })

describe.skipIf(reason !== null)(`the command line${reason === null ? '' : ` (${reason})`}`, () => {
  let program: Pick<BuiltProgram, 'path'>
  let host: HostNamespace
  let client: Client
  let dataDir: string

  beforeAll(async () => {
    program = await buildCommandLine()
    host = await startHost({ name: 'web1' })
    client = await startClient(host, { index: 0 })
    dataDir = await mkdtemp(join(tmpdir(), 'memharbor-cli-'))
  })

  afterAll(async () => {
    await client?.stop()
    await host?.stop()
    await rm(dataDir, { recursive: true, force: true })
  })

  /** Without a terminal, as a script runs it, and without the keyring and agent of whoever runs the tests. */
  const environment = () => ({ PATH: process.env['PATH'] ?? '', HOME: dataDir, MEMHARBOR_DATA: dataDir })

  const run = (args: readonly string[], input = '') =>
    execa(process.execPath, [...briefly, program.path, ...args], {
      input,
      reject: false,
      extendEnv: false,
      env: environment(),
    })

  const json = async (args: readonly string[], input = '') => {
    const { exitCode, stdout, stderr } = await run([...args, '--json'], input)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    return JSON.parse(stdout)
  }

  const onTerminal = async (answers: readonly [string, string][], args: readonly string[]) => {
    const script = join(import.meta.dirname, 'answer-questions.py')
    const argv = [script, JSON.stringify(answers), process.execPath, ...briefly, program.path, ...args]
    const { stdout } = await execa('python3', argv, { extendEnv: false, env: environment() })
    return JSON.parse(stdout) as { status: number; seen: string; unasked: string[] }
  }

  const target = () => ['--ssh', `${host.user}@${host.address4}`]

  it('tells what it can do, and what is wrong usage (status 2)', async () => {
    expect(await run(['--help'])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('tenant') })
    for (const args of [
      ...[['tenant', 'make', 'acme'], ['tenant', 'create'], ['host', 'add', 'web1'], ['nonsense']],
      ...[
        ['tenant', 'create', 'acme', '--memory', 'much'],
        ['host', 'add', 'web1', '--ssh', 'a b'],
      ],
      ['host', 'prepare', 'web1', '--range', '20000'],
    ]) {
      const { exitCode, stderr } = await run(args)
      expect({ args, exitCode, said: stderr !== '' }).toEqual({ args, exitCode: 2, said: true })
    }
  })

  it('fails with status 1 and one line, or one JSON object', async () => {
    expect(await run(['tenant', 'show', 'nobody'])).toMatchObject({
      ...{ exitCode: 1, stdout: '' },
      stderr: 'NOT_FOUND: There is no tenant named "nobody". See `memharbor tenant list`.',
    })
    const refused = await run(['activity', 'list', '--limit', '0'])
    expect(refused).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('INVALID_INPUT: limit is not usable'),
    })
    const { exitCode, stdout, stderr } = await run(['tenant', 'show', 'nobody', '--json'])
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(JSON.parse(stderr)).toMatchObject({
      code: 'NOT_FOUND',
      details: { noun: 'tenant', name: 'nobody' },
    })
  })

  it('a search of the activity that finds nothing does not say that nothing was done', async () => {
    const searched = await run(['activity', 'list', '--outcome', 'failed', '--text', 'nobody'])
    expect(searched).toMatchObject({ exitCode: 0, stdout: 'Nothing fits this filter.' })
  })

  it('without a terminal, an unknown host key is refused with what to say', async () => {
    const { exitCode, stderr } = await run([
      'host',
      'add',
      'web1',
      ...target(),
      '--identity',
      host.identityFile,
    ])
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('HOST_KEY_UNKNOWN'),
    })
    expect(stderr).toContain(`--host-key ${host.hostKeyFingerprint}`)
  })

  it('on a terminal it shows the key and asks, and asks for the passphrase without showing it', async () => {
    const add = ['host', 'add', 'asked', ...target(), '--identity', host.encryptedIdentityFile]
    const declined = await onTerminal([['Trust this key', 'n']], add)
    expect(declined).toMatchObject({ status: 1, unasked: [] })
    const answers: [string, string][] = [
      ['Trust this key', 'y'],
      ['Passphrase for', 'wrong'],
      ['Passphrase for', host.passphrase],
    ]
    const added = await onTerminal(answers, add)
    expect(added).toMatchObject({ status: 0, unasked: [] })
    expect(added.seen).toContain(host.hostKeyFingerprint)
    expect(added.seen).toContain('That passphrase is wrong.')
    expect(added.seen).not.toContain(host.passphrase)
    expect(await json(['host', 'remove', 'asked'])).toEqual({ forgotten: [], unfinished: [] })
  })

  it('a script gives the passphrase by a file', async () => {
    const file = join(dataDir, 'passphrase')
    await writeFile(file, `${host.passphrase}\n`, { mode: 0o600 })
    const add = ['host', 'add', 'filed', ...target(), '--identity', host.encryptedIdentityFile]
    const key = ['--host-key', host.hostKeyFingerprint]
    expect(await run([...add, ...key])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('PASSPHRASE_NEEDED'),
    })
    expect(await run([...add, ...key, '--passphrase-file', file])).toMatchObject({ exitCode: 0 })
    await writeFile(file, 'wrong\n')
    const missing = await run(['host', 'check', 'filed', '--passphrase-file', `${file}.none`])
    expect(missing).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('INVALID_INPUT') })
    const wrong = await run(['host', 'check', 'filed', '--passphrase-file', file])
    expect(wrong).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('PASSPHRASE_WRONG') })
    await json(['host', 'remove', 'filed'])
  })

  it('secrets that a passphrase keeps are opened by it, from a file or on a terminal', async () => {
    const [file, wrong] = [join(dataDir, 'kept'), join(dataDir, 'wrong')]
    await writeFile(file, 'correct horse\n', { mode: 0o600 })
    await writeFile(wrong, 'wrong horse\n', { mode: 0o600 })
    const noKeyring: KeytarCaller = async () => ({ kind: 'failed', reason: 'there is no keyring' })
    const log = pino({ level: 'silent' })
    const secrets = await openSecrets({ log, folder: dataDir, call: noKeyring })
    await secrets.set(passphraseAccount(host.encryptedIdentityFile), host.passphrase)
    await secrets.choose({ kind: 'passphrase', passphrase: 'correct horse' })

    const add = ['host', 'add', 'kept', ...target(), '--identity', host.encryptedIdentityFile]
    const trusted = [...add, '--host-key', host.hostKeyFingerprint]
    expect(await run(trusted)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('PASSPHRASE_NEEDED'),
    })
    expect(await run([...trusted, '--passphrase-file', wrong])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('SECRETS_LOCKED'),
    })
    expect(await run([...trusted, '--passphrase-file', file])).toMatchObject({ exitCode: 0 })
    const answers: [string, string][] = [
      ['Passphrase of the kept secrets', 'wrong horse'],
      ['Passphrase of the kept secrets', 'correct horse'],
    ]
    const listed = await onTerminal(answers, ['host', 'check', 'kept'])
    expect(listed).toMatchObject({ unasked: [], seen: expect.stringContaining('does not fit') })
    expect(listed.seen).toContain('SSH works')
    await json(['host', 'remove', 'kept'])
    await rm(join(dataDir, 'secrets.json'))
  })

  it('does the main job in a script', async () => {
    const key = ['--host-key', host.hostKeyFingerprint]
    const added = await json(['host', 'add', 'web1', ...target(), '--identity', host.identityFile, ...key])
    expect(added).toMatchObject({ name: 'web1', mode: 'unknown', adopted: [] })
    const check = await run(['host', 'check', 'web1'])
    expect(check).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('MISSING') })
    const unanswered = await run(['host', 'prepare', 'web1'])
    expect(unanswered).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('SUDO_PASSWORD_NEEDED') })
    const prepare = ['host', 'prepare', 'web1', '--sudo-password-stdin']
    expect(await run(prepare, `${host.sudoPassword}\n`)).toMatchObject({ exitCode: 0 })
    expect((await run(['host', 'check', 'web1'])).exitCode).toBe(0)

    const create = ['tenant', 'create', 'acme', '--memory', '32', '--allow', `${client.address4}=office`]
    const made = await json([...create, '--allow', client.address6])
    expect(made).toMatchObject({ name: 'acme', host: 'web1', port: 20_000, state: 'running', memoryMb: 32 })
    const shown = await json(['tenant', 'show', 'acme'])
    expect(shown).toMatchObject({
      addresses: [host.address4, host.address6],
      allow: [{ cidr: `${client.address4}/32`, label: 'office' }, { cidr: `${client.address6}/128` }],
    })
    expect(shown.examples.map((example: { language: string }) => example.language)).toEqual([
      ...['Ruby', 'Python', 'PHP', 'Node', 'Go', 'Java', 'Shell'],
    ])
    const text = (await run(['tenant', 'show', 'acme'])).stdout
    expect(text).toContain(`${host.address4}:20000`)
    expect(text).toContain(`nc ${host.address4} 20000`)
    const handOver = (...format: string[]) => run(['tenant', 'show', 'acme', '--hand-over', ...format])
    const plain = (await handOver()).stdout
    expect(plain).toContain(`Your cache: acme\n\nAddress: ${host.address4}:20000, [${host.address6}]:20000\n`)
    expect((await handOver('plain')).stdout).toBe(plain)
    expect((await handOver('markdown')).stdout).toContain('# Your cache: acme\n\n- **Address:** ')
    expect(await handOver('html')).toMatchObject({ exitCode: 2, stdout: '' })
    expect(await memcacheTalk(client, host.address4, 20_000)).toMatchObject({ kind: 'answer' })
    const loud = await run(['tenant', 'allow', 'acme', 'anyone'])
    expect(loud).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('WARNING: everybody on the internet'),
    })
    await json(['tenant', 'revoke', 'acme', 'anyone', client.address4])
    expect(await memcacheTalk(client, host.address4, 20_000)).toEqual({ kind: 'timeout' })
    expect(await json(['tenant', 'list'])).toMatchObject([
      { name: 'acme', allow: [{ cidr: `${client.address6}/128` }] },
    ])
    const lookAtAll = ['list', 'show'].map((verb) => ['tenant', verb, ...(verb === 'show' ? ['acme'] : [])])
    for (const look of lookAtAll) expect(await run(look)).toMatchObject({ exitCode: 0, stderr: '' })
    await host.exec(['iptables', '--table', 'raw', '--flush'])
    const open =
      'The filter of web1 is not in place: anybody can reach its tenants. Prepare the host to close its ports.'
    for (const look of lookAtAll) expect(await run(look)).toMatchObject({ exitCode: 0, stderr: open })
    expect(await run(prepare, `${host.sudoPassword}\n`)).toMatchObject({ exitCode: 0 })
    expect(await run(['tenant', 'delete', 'acme'])).toMatchObject({
      ...{ exitCode: 1, stderr: expect.stringContaining('CONFIRMATION_NEEDED') },
    })
    expect(await json(['tenant', 'delete', 'acme', '--yes'])).toMatchObject({ name: 'acme' })
    expect((await json(['activity', 'list'])).map((operation: { kind: string }) => operation.kind)).toContain(
      'tenant delete',
    )
  })

  it('goes through the panel that owns the store, and asks there what must be asked here', async () => {
    const access = await openOwner(dataDir, { serve: true })
    if (access.kind !== 'owner') throw new Error('somebody else has the store')
    const composed = await compose(dataDir, { timeLimits: { slowStartMs: 500 } })
    const server = await serveControl(access.lock, router, composed.context)
    try {
      // A page has been told what notices say, so that no command is told at its end.
      const leave = composed.context.services.notices.listen(() => {})
      // As where no name server answers.
      const sudo = '/usr/local/bin/sudo'
      const slow = '#!/bin/sh\nsleep 6\nexec /usr/bin/sudo "$@"\n'
      await writeHostFile(host.namespace, sudo, slow, { mode: '755' })
      const waiting = run(['tenant', 'list'])
      const told = 'sudo on web1 has not started the helper within 0.5 s.'
      let said = ''
      waiting.stderr?.on('data', (piece) => {
        said += String(piece)
      })
      let isOver = false
      void waiting.then(() => {
        isOver = true
      })
      await until('the wait is told', () => said.includes(told))
      expect(isOver).toBe(false)
      expect(await waiting).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(told) })
      expect(said.split(told)).toHaveLength(2)
      await host.exec(['rm', sudo])
      leave()
      expect(await json(['host', 'list'])).toMatchObject([{ name: 'web1' }])
      const many = await Promise.all(['a', 'b', 'c'].map((name) => json(['tenant', 'create', name])))
      expect(new Set(many.map((tenant) => tenant.port)).size).toBe(3)
      expect(await run(['tenant', 'show', 'nobody'])).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining('NOT_FOUND'),
      })
      const asked = await onTerminal([['Go on?', 'y']], ['tenant', 'delete', 'a'])
      expect(asked).toMatchObject({
        status: 0,
        unasked: [],
        seen: expect.stringContaining('a on web1 is deleted.'),
      })
    } finally {
      await server.close()
      await composed.close()
      access.release()
    }
    // Alone again, several commands at once take turns.
    const ended = await Promise.all([1, 2, 3].map(() => run(['tenant', 'list', '--json'])))
    // The first has the store; it may be done before the others are, and says then why it stays.
    for (const { exitCode, stderr } of ended) {
      expect({ exitCode, stderr }).toEqual({
        exitCode: 0,
        stderr: expect.stringMatching(/^(Other commands go through this one, [^\n]*)?$/),
      })
    }
    const lists = ended.map(({ stdout }) => JSON.parse(stdout))
    expect(lists.map((list) => list.length)).toEqual([2, 2, 2])
  })

  it('a command that waits for a slow host answers others, and ends after them', async () => {
    const sudo = '/usr/local/bin/sudo'
    await writeHostFile(host.namespace, sudo, '#!/bin/sh\nsleep 8\nexec /usr/bin/sudo "$@"\n', {
      mode: '755',
    })
    try {
      const ended: string[] = []
      const start = (args: readonly string[]) => {
        const running = run(args)
        void running.then(() => ended.push(args[1] ?? ''))
        return running
      }
      const socket = join(dataDir, 'control.sock')
      const list = start(['tenant', 'list'])
      await until('it answers others', () => existsSync(socket))
      expect((await stat(socket)).mode & 0o777).toBe(0o600)
      expect(await json(['activity', 'list', '--limit', '1'])).toHaveLength(1)
      // Its helper is started by a sudo of its own, which has not ended when the list is there.
      const suspend = start(['tenant', 'suspend', 'b'])
      // Whenever another one comes, somebody answers it, or nobody has the store.
      while (ended.length < 2) expect(await json(['activity', 'list', '--limit', '1'])).toHaveLength(1)
      expect(ended).toEqual(['suspend', 'list'])
      expect(await suspend).toMatchObject({ exitCode: 0, stdout: 'b on web1 is suspended.' })
      // Where the list itself took longer than the suspend, it says nothing of waiting for that.
      expect(await list).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('web1') })
      expect(existsSync(socket)).toBe(false)
    } finally {
      await host.exec(['rm', sudo])
    }
  })

  it('Ctrl-C while a revoke waits ends the command, and says that the revoke is kept', async () => {
    const { port } = await json(['tenant', 'show', 'c'])
    await json(['tenant', 'allow', 'c', client.address4])
    const talk = () => memcacheTalk(client, host.address4, port)
    expect(await talk()).toMatchObject({ kind: 'answer' })
    const sudo = '/usr/local/bin/sudo'
    await writeHostFile(host.namespace, sudo, '#!/bin/sh\nexec sleep 1000\n', { mode: '755' })
    try {
      const revokes = async () => {
        // It may be told on standard error that sudo is slow.
        const { stdout } = await run(['activity', 'list', '--tenant', 'c', '--json'])
        return JSON.parse(stdout).filter(({ kind }: { kind: string }) => kind === 'tenant revoke').length
      }
      let kept = await revokes()
      // The second one nobody has, which no host has said yet.
      for (const cidr of [client.address4, '198.51.100.50']) {
        const revoke = run(['tenant', 'revoke', 'c', cidr])
        await until('others are answered', () => existsSync(join(dataDir, 'control.sock')))
        kept += 1
        await until('it is kept', async () => (await revokes()) === kept)
        revoke.kill('SIGINT')
        expect(await revoke).toMatchObject({
          ...{ exitCode: 130, stdout: '' },
          stderr: expect.stringContaining(
            'The revoke of c is kept and tried again by whatever program runs on this store.',
          ),
        })
      }
      expect(await talk()).toMatchObject({ kind: 'answer' })
    } finally {
      await host.exec(['rm', sudo])
    }
    expect(await run(['tenant', 'show', 'c'])).toMatchObject({
      stderr: expect.stringContaining(`Finished: revoke ${client.address4}/32 of c, which was cut off.`),
    })
    expect(await talk()).toEqual({ kind: 'timeout' })
  })

  it('manages the Docker socket of the computer it runs on', async () => {
    const local = await startHost({ name: 'local' })
    try {
      const here = (args: readonly string[]) => {
        const env = ['env', 'MEMHARBOR_DATA=/root/store', 'HOME=/root']
        return local.exec([...env, process.execPath, ...briefly, program.path, ...args, '--json'], {
          timeoutMs: 60_000,
        })
      }
      const ok = async (args: readonly string[]) => {
        const { status, stdout, stderr } = await here(args)
        expect({ args, status, stderr }).toEqual({ args, status: 0, stderr: '' })
        return JSON.parse(stdout)
      }
      await ok(['host', 'add', 'here', '--socket', '/var/run/docker.sock'])
      await ok(['host', 'prepare', 'here'])
      const made = await ok(['tenant', 'create', 'acme'])
      expect(made).toMatchObject({
        state: 'running',
        port: 20_000,
        addresses: [local.address4, local.address6],
      })
      const outside = await startClient(local, { index: 2 })
      expect(await memcacheTalk(outside, local.address4, 20_000)).toEqual({ kind: 'timeout' })
      await ok(['tenant', 'allow', 'acme', outside.address4])
      expect(await memcacheTalk(outside, local.address4, 20_000)).toMatchObject({ kind: 'answer' })
      await outside.stop()
      await ok(['tenant', 'delete', 'acme', '--yes'])
      await ok(['host', 'prepare', 'here', '--undo', '--yes'])
      expect((await local.exec(['ipset', 'list', '-n'])).stdout).toBe('')
      const wrong = await here(['host', 'add', 'none', '--socket', '/var/run/nothing.sock'])
      expect(wrong.status).toBe(1)
      expect(JSON.parse(wrong.stderr)).toMatchObject({ code: 'DOCKER_UNREACHABLE' })
    } finally {
      await local.stop()
    }
  })

  it('keeps secrets out of the store and the log', async () => {
    for (const file of ['memharbor.sqlite', 'memharbor.log']) {
      const content = await readFile(join(dataDir, file), 'latin1')
      expect(content.includes(host.passphrase)).toBe(false)
      expect(content.includes(host.sudoPassword)).toBe(false)
    }
  })
})

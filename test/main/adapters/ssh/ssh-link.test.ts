import { readFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { usualTimeLimits } from '../../../../src/main/adapters/time-limits.ts'
import { until } from '../../../hosts/condition.ts'
import { makeKey, readPublicKey } from '../../../hosts/keys.ts'
import { type Bench, openBench, problemOf, sshdSkipReason } from './bench.ts'
import { findFreePort, type Sshd, signal } from './sshd.ts'

const skipped = sshdSkipReason()

/** Asks the far side's Python to do something and print it. */
const echo = 'import sys\nprint("seen")\nprint("warned", file=sys.stderr)\nsys.exit(3)\n'

describe.skipIf(skipped !== null)(`a link by SSH${skipped === null ? '' : ` (${skipped})`}`, () => {
  let bench: Bench
  let server: Sshd
  beforeAll(async () => {
    bench = await openBench()
    server = await bench.sshd()
  })
  afterAll(() => bench.close())

  it('runs a command with data on its standard input', async () => {
    const link = bench.link(server)
    expect(await link.run('observe', echo)).toEqual({ status: 3, stdout: 'seen\n', stderr: 'warned\n' })
    const large = `import sys\nprint(len("${'x'.repeat(900_000)}"))\n`
    expect(await link.run('observe', large)).toMatchObject({ status: 0, stdout: '900000\n' })
    const killed = 'import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n'
    expect(await link.run('observe', killed)).toMatchObject({ status: null })
    expect(link.info()).toEqual({
      kind: 'ssh',
      connected: true,
      refused: false,
      refusedBeside: false,
      docker: 'stream-local',
      login: { printed: '', beginMs: expect.any(Number) },
    })
  })

  it('shares one connection, also among those who ask at the same time, with a few commands at once', async () => {
    const own = await bench.sshd({ config: 'MaxSessions 5' })
    const link = bench.link(own)
    const sleepy = 'import time\ntime.sleep(0.05)\nprint("done")\n'
    const results = await Promise.all(Array.from({ length: 20 }, () => link.run('observe', sleepy)))
    expect(results.every(({ status, stdout }) => status === 0 && stdout === 'done\n')).toBe(true)
    expect(own.log().match(/Accepted publickey/g)).toHaveLength(1)
  })

  it('hears the end of a short command, which comes with its first word', async () => {
    const link = bench.link(server)
    const runs = Array.from({ length: 45 }, () => link.run('sshConnection', '', { timeoutMs: 20_000 }))
    const lines = (await Promise.all(runs)).map(({ status, stdout }) => [status, stdout.split(' ')[0]])
    expect(lines).toEqual(Array(45).fill([0, '127.0.0.1']))
  })

  it('keeps a started command running until it is closed', async () => {
    const link = bench.link(server)
    const session = await link.start('observe')
    session.stream.write('import sys\nprint("a" * 10, flush=True)\nprint("b", file=sys.stderr)\n')
    session.stream.end()
    let read = ''
    for await (const chunk of session.stream) read += String(chunk)
    expect(read).toBe('aaaaaaaaaa\n')
    expect(await session.ended).toBe(0)
    expect(session.stderr()).toBe('b\n')
    const left = await link.start('observe')
    left.close()
    await left.ended
  })

  it('limits the time of a call, and gives the slot and the channel back', async () => {
    const link = bench.link(server)
    await link.connect()
    const hang = 'import time\ntime.sleep(60)\n'
    const calls = Array.from({ length: 6 }, () => problemOf(link.run('observe', hang, { timeoutMs: 300 })))
    expect(await Promise.all(calls)).toEqual(
      Array(6).fill({ code: 'TIMED_OUT', details: { host: 'web', action: 'run observe', afterMs: 300 } }),
    )
    expect(await link.run('observe', echo)).toMatchObject({ status: 3 })
    await until('the commands end there', () => server.log().match(/Close session/g)?.length !== 0)
  })

  it('gives up when the caller does', async () => {
    const link = bench.link(server)
    const abort = new AbortController()
    const call = problemOf(link.run('observe', 'import time\ntime.sleep(60)\n', { signal: abort.signal }))
    await until('it is connected', () => link.info().connected)
    abort.abort()
    expect(await call).toEqual({ code: 'CANCELLED', details: { action: 'run observe' } })
    expect(await problemOf(link.run('observe', echo, { signal: abort.signal }))).toMatchObject({
      code: 'CANCELLED',
    })
  })

  it('reaches a port there, and says when nothing listens or forwarding is forbidden', async () => {
    const echoServer = net.createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1')
    await until('the echo listens', () => echoServer.listening)
    const address = echoServer.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const link = bench.link(server)
    const stream = await link.openPort(port)
    stream.end('hello')
    let read = ''
    for await (const chunk of stream) read += String(chunk)
    expect(read).toBe('hello')
    echoServer.close()
    const free = await findFreePort()
    expect(await problemOf(link.openPort(free))).toEqual({
      code: 'PORT_UNREACHABLE',
      details: { host: 'web', port: free, reason: 'Connection refused' },
    })
    const strict = await bench.sshd({ config: 'AllowTcpForwarding no' })
    expect(await problemOf(bench.link(strict).openPort(free))).toMatchObject({
      code: 'PORT_UNREACHABLE',
      details: { reason: 'ECONNREFUSED' },
    })
  })

  it('goes through a jump host, verifies each key and logs in to each with the right one', async () => {
    const inner = await makeKey(join(bench.folder, 'inner'))
    const target = await bench.sshd({ authorizedKeys: `${readPublicKey(inner)}\n` })
    const configFile = bench.file(
      'config_jump',
      `Host inside\n  HostName 127.0.0.1\n  Port ${target.port}\n  IdentityFile ${inner}\n  ProxyJump gate\n` +
        `Host gate\n  HostName 127.0.0.1\n  Port ${server.port}\n  IdentityFile ${bench.identity}\n` +
        readFileSync(bench.configFile, 'utf8').replace('IdentityFile none', ''),
    )
    const pinned = new Map<string, { fingerprint: string }>()
    const seen: string[] = []
    const link = bench.link(target, {
      target: { address: 'inside' },
      configFile,
      pinned,
      onHostKey: ({ endpoint }) => seen.push(endpoint),
    })
    expect(await problemOf(link.connect())).toMatchObject({
      code: 'HOST_KEY_UNKNOWN',
      details: { address: server.endpoint },
    })
    pinned.set(server.endpoint, { fingerprint: server.fingerprints.ed25519 })
    expect(await problemOf(link.connect())).toMatchObject({
      code: 'HOST_KEY_UNKNOWN',
      details: { address: target.endpoint },
    })
    pinned.set(target.endpoint, { fingerprint: target.fingerprints.ed25519 })
    await link.connect()
    expect(await link.run('observe', echo)).toMatchObject({ stdout: 'seen\n' })
    expect(seen).toContain(server.endpoint)
    expect(seen.at(-1)).toBe(target.endpoint)
    for (const pid of server.sessions()) signal(pid, 'SIGKILL')
    await until('the loss of the hop is seen', () => !link.info().connected)
    expect(await link.run('observe', echo)).toMatchObject({ stdout: 'seen\n' })
  })

  it('says so when the jump host cannot reach the target', async () => {
    const free = await findFreePort()
    const configFile = bench.file(
      'config_dead_end',
      `Host inside\n  HostName 127.0.0.1\n  Port ${free}\n  ProxyJump 127.0.0.1:${server.port}\nHost *\n  IdentityFile ${bench.identity}\n` +
        readFileSync(bench.configFile, 'utf8').replace('IdentityFile none', ''),
    )
    const link = bench.link(server, { target: { address: 'inside' }, configFile })
    expect(await problemOf(link.connect())).toMatchObject({
      code: 'HOST_UNREACHABLE',
      details: {
        address: `127.0.0.1:${free}`,
        reason: expect.stringMatching(/^the jump host says: .*refused/i),
      },
    })
  })

  it('a chain that names itself ends', async () => {
    const configFile = bench.file('config_loop', 'Host a\n  ProxyJump b\nHost b\n  ProxyJump a\n')
    const link = bench.link(server, { target: { address: 'a' }, configFile })
    expect(await problemOf(link.connect())).toMatchObject({ code: 'SSH_CONFIG_UNREADABLE' })
  })

  it.each(['ProxyCommand nc %h %p', 'NoSuchKeyword yes'])(
    'a configuration with "%s" is refused',
    async (line) => {
      const configFile = bench.file(`config_${line.length}`, `Host *\n  ${line}\n`)
      const link = bench.link(server, { configFile })
      expect(await problemOf(link.connect())).toMatchObject({ code: 'SSH_CONFIG_UNREADABLE' })
    },
  )

  it.each(['-oProxyCommand=touch /tmp/x', '$(touch x)'])(
    'the address %j never reaches a program',
    async (address) => {
      expect(await problemOf(bench.link(server, { target: { address } }).connect())).toMatchObject({
        code: 'INVALID_INPUT',
        details: { field: 'SSH address' },
      })
    },
  )

  it('says when nothing listens, or when it is no SSH server', async () => {
    const free = await findFreePort()
    expect(
      await problemOf(bench.link(server, { target: { address: '127.0.0.1', port: free } }).connect()),
    ).toEqual({
      code: 'HOST_UNREACHABLE',
      details: {
        host: 'web',
        address: `127.0.0.1:${free}`,
        reason: expect.stringMatching(/^nothing listens there \(connection refused\), or a firewall limits/),
      },
    })
    const closing = net.createServer((socket) => socket.end('220 mail\r\n')).listen(free, '127.0.0.1')
    await until('it listens', () => closing.listening)
    const other = bench.link(server, { target: { address: '127.0.0.1', port: free } })
    expect(await problemOf(other.connect())).toMatchObject({ code: 'HOST_UNREACHABLE' })
    closing.close()
  })

  it('a silent server fails in seconds', async () => {
    const held: net.Socket[] = []
    const silentServer = net.createServer((socket) => void held.push(socket)).listen(0, '127.0.0.1')
    await until('it listens', () => silentServer.listening)
    const address = silentServer.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const timeLimits = { ...usualTimeLimits, keyExchangeMs: 500 }
    const link = bench.link(server, { target: { address: '127.0.0.1', port }, timeLimits })
    expect(await problemOf(link.connect())).toMatchObject({
      code: 'HOST_UNREACHABLE',
      details: { reason: 'no SSH server answered in 0.5 s' },
    })
    for (const socket of held) socket.destroy()
    silentServer.close()
  })

  it('a dead connection fails calls in time, is found, and the link recovers by itself', async () => {
    const own = await bench.sshd()
    const link = bench.link(own, { timeLimits: { ...usualTimeLimits, keepaliveMs: 600 } })
    await link.connect()
    const session = await link.start('observe')
    const broken = new Promise<Error>((resolve) => session.stream.once('error', resolve))
    const frozen = own.sessions()
    for (const pid of frozen) signal(pid, 'SIGSTOP')
    const began = performance.now()
    expect(await problemOf(link.run('observe', echo, { timeoutMs: 500 }))).toMatchObject({
      code: 'TIMED_OUT',
    })
    expect(performance.now() - began).toBeLessThan(2_000)
    expect(await problemOf(link.openPort(9, { timeoutMs: 500 }))).toMatchObject({ code: 'TIMED_OUT' })
    const waiting = problemOf(link.run('observe', echo, { timeoutMs: 20_000 }))
    expect(await waiting).toMatchObject({
      code: 'HOST_UNREACHABLE',
      details: { reason: 'the connection was lost' },
    })
    expect(performance.now() - began).toBeLessThan(13_000)
    expect(await problemOf(Promise.reject(await broken))).toMatchObject({ code: 'HOST_UNREACHABLE' })
    await until('it is connected again', () => link.info().connected)
    expect(await link.run('observe', echo)).toMatchObject({ stdout: 'seen\n' })
    for (const pid of frozen) signal(pid, 'SIGKILL')
  })

  it('comes back after the server was away, without being asked', async () => {
    const first = await bench.sshd()
    const link = bench.link(first)
    await link.connect()
    await first.stop()
    await until('the loss is seen', () => !link.info().connected)
    expect(await problemOf(link.connect())).toMatchObject({ code: 'HOST_UNREACHABLE' })
    const second = await bench.sshd({ port: first.port })
    // It has another host key: that stops the automatic tries, hard.
    expect(await problemOf(link.connect())).toMatchObject({ code: 'HOST_KEY_CHANGED' })
    const seen = second.log().length
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(second.log().slice(seen)).not.toMatch(/Connection from/)
  })

  it('closing ends at once what waits for a dead server', async () => {
    const own = await bench.sshd()
    const link = bench.link(own)
    await link.connect()
    const frozen = own.sessions()
    for (const pid of frozen) signal(pid, 'SIGSTOP')
    const began = performance.now()
    const call = problemOf(link.run('observe', echo))
    await link.close()
    expect(await call).toMatchObject({ code: 'HOST_UNREACHABLE' })
    expect(performance.now() - began).toBeLessThan(2_000)
    for (const pid of frozen) signal(pid, 'SIGKILL')
  })

  it('a closed link stays closed', async () => {
    const link = bench.link(server)
    await link.connect()
    const session = await link.start('observe')
    await link.close()
    await session.ended
    expect(await problemOf(link.connect())).toMatchObject({ code: 'HOST_UNREACHABLE' })
    expect(link.info().connected).toBe(false)
  })
})

import { spawn } from 'node:child_process'
import { chmodSync, chownSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import net from 'node:net'
import os from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLocalLink } from '../../../../src/main/adapters/local/local-link.ts'
import { until } from '../../../hosts/condition.ts'
import { problemOf } from '../ssh/bench.ts'
import { findFreePort } from '../ssh/sshd.ts'

describe.skipIf(process.platform === 'win32')('this computer as a host', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(os.tmpdir(), 'memharbor-test-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))
  const open = (name = 'none.sock') => openLocalLink({ host: 'here', socketPath: join(folder, name) })

  it('says why there is no Docker', async () => {
    expect(await problemOf(open().connect())).toEqual({
      code: 'DOCKER_UNREACHABLE',
      details: { host: 'here', reason: `there is no ${join(folder, 'none.sock')}` },
    })
    const dead = join(folder, 'dead.sock')
    const holder = spawn(process.execPath, [
      '-e',
      'require("net").createServer().listen(process.argv[1],()=>console.log(1))',
      dead,
    ])
    await new Promise((resolve) => holder.stdout.once('data', resolve))
    const ended = new Promise((resolve) => holder.once('exit', resolve))
    holder.kill('SIGKILL')
    await ended
    expect(await problemOf(open('dead.sock').connect())).toMatchObject({
      code: 'DOCKER_UNREACHABLE',
      details: { reason: `nothing listens on ${dead}` },
    })
  })

  it('says when this user may not use Docker', async () => {
    const path = join(folder, 'closed.sock')
    const server = net.createServer().listen(path)
    await until('it listens', () => server.listening)
    chmodSync(path, 0o600)
    // Root may use every socket, so the question is asked as nobody then.
    const isRoot = process.getuid?.() === 0
    if (isRoot) {
      chmodSync(folder, 0o755)
      chownSync(path, 0, 0)
      process.seteuid?.(65_534)
    } else chmodSync(path, 0)
    try {
      expect(await problemOf(open('closed.sock').connect())).toMatchObject({ code: 'DOCKER_DENIED' })
    } finally {
      if (isRoot) process.seteuid?.(0)
      server.close()
    }
  })

  it('runs a command with data on its standard input', async () => {
    const link = open()
    const script =
      'import sys, os\nprint(os.environ["LC_ALL"])\nprint("warned", file=sys.stderr)\nsys.exit(3)\n'
    expect(await link.run('observe', script)).toEqual({ status: 3, stdout: 'C\n', stderr: 'warned\n' })
    const killed = 'import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n'
    expect(await link.run('observe', killed)).toMatchObject({ status: null })
  })

  it.skipIf(process.getuid?.() !== 0)('needs no sudo as root', async () => {
    expect(await open().run('sudoProbe', '')).toMatchObject({ status: 0 })
    expect(await open().run('helper', '{}\n')).toMatchObject({ status: 127 })
  })

  it('ends a command when its time is over or the caller gives up', async () => {
    const hang = 'import time\ntime.sleep(60)\n'
    expect(await problemOf(open().run('observe', hang, { timeoutMs: 300 }))).toEqual({
      code: 'TIMED_OUT',
      details: { host: 'here', action: 'run observe', afterMs: 300 },
    })
    const signal = AbortSignal.timeout(200)
    expect(await problemOf(open().run('observe', hang, { signal }))).toMatchObject({ code: 'CANCELLED' })
  })

  it('keeps a started command running until it is closed', async () => {
    const link = open()
    const session = await link.start('observe')
    session.stream.end('print("seen", flush=True)\n')
    let read = ''
    for await (const chunk of session.stream) read += String(chunk)
    expect(read).toBe('seen\n')
    expect(await session.ended).toBe(0)
    const left = await link.start('observe')
    left.close()
    await left.ended
    const other = await link.start('observe')
    await link.close()
    await other.ended
    expect(await problemOf(link.run('observe', ''))).toMatchObject({ code: 'HOST_UNREACHABLE' })
  })

  it('says when nothing listens on a port', async () => {
    const port = await findFreePort()
    expect(await problemOf(open().openPort(port))).toEqual({
      code: 'PORT_UNREACHABLE',
      details: { host: 'here', port, reason: 'Connection refused' },
    })
  })
})

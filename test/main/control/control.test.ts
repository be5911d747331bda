import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { createORPCClient, isDefinedError, safe } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { execa } from 'execa'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type ControlClient, connectControl } from '../../../src/main/control/client.ts'
import { takeStore } from '../../../src/main/control/lock.ts'
import { openOwner } from '../../../src/main/control/owner.ts'
import { type ControlServer, serveControl } from '../../../src/main/control/server.ts'
import { makeFolder } from '../folder.ts'
import { type contract, router, type TestContext } from './contract.ts'

type Client = ContractRouterClient<typeof contract>

interface Pair {
  readonly server: ControlServer
  readonly control: ControlClient
  readonly client: Client
  readonly context: TestContext
}

async function serve(dataDir: string, context: TestContext): Promise<ControlServer> {
  const lock = await takeStore(dataDir, 'panel')
  if (lock === undefined) throw new Error('the lock is held')
  const server = await serveControl(lock, router, context)
  onTestFinished(async () => {
    await server.close()
    lock.release()
  })
  return server
}

async function makePair(): Promise<Pair> {
  const context: TestContext = { greeting: 'hello', seen: [] }
  const server = await serve(await makeFolder(), context)
  const control = await connectControl(server.path)
  onTestFinished(() => control.close())
  return { server, control, client: createORPCClient(control.link), context }
}

test('values go there and back, large ones too', async () => {
  const { client } = await makePair()
  expect(await client.who({ name: 'ada' })).toEqual({ text: 'hello ada', size: 3 })
  const big = 'é'.repeat(3_000_000)
  expect(await client.who({ name: big })).toMatchObject({ size: big.length })
  const many = await Promise.all(Array.from({ length: 500 }, (_, n) => client.who({ name: `${n}` })))
  expect(many.map((each) => each.text)).toEqual(many.map((_, n) => `hello ${n}`))
})

test('typed errors stay typed', async () => {
  const { client } = await makePair()
  const [error] = await safe(client.refuse())
  expect(isDefinedError(error) && error.code === 'NO_PORT_LEFT' && error.data).toEqual({
    host: 'tor',
    from: 20_000,
  })
})

test('progress arrives in order and ends with the value', async () => {
  const { client } = await makePair()
  const iterator = await client.create({ steps: 100, end: 'value' })
  const steps: string[] = []
  for (;;) {
    const { done, value } = await iterator.next()
    if (done === true) {
      expect(value).toEqual({ port: 20_001 })
      break
    }
    steps.push(value.step)
  }
  expect(steps).toEqual(steps.map((_, n) => `step ${n}`))
  expect(steps).toHaveLength(100)
})

test('a typed error in the middle of progress stays typed', async () => {
  const { client } = await makePair()
  const steps: string[] = []
  const consume = async (): Promise<void> => {
    for await (const { step } of await client.create({ steps: 3, end: 'error' })) steps.push(step)
  }
  const [error] = await safe(consume())
  expect(steps).toHaveLength(3)
  expect(error).toMatchObject({ code: 'NO_PORT_LEFT', defined: true, data: { host: 'tor', from: 20_000 } })
})

test('the handler sees it when the caller cancels', async () => {
  const { client, context } = await makePair()
  const stop = new AbortController()
  const call = client.hang(undefined, { signal: stop.signal })
  await vi.waitFor(() => expect(context.seen).toEqual(['hang started']))
  stop.abort()
  await expect(call).rejects.toThrow()
  await vi.waitFor(() => expect(context.seen).toEqual(['hang started', 'hang aborted']))
})

test('the handler sees it when the caller cancels progress, or leaves the loop', async () => {
  const { client, context } = await makePair()
  const stop = new AbortController()
  const consume = async (): Promise<void> => {
    for await (const { step } of await client.forever(undefined, { signal: stop.signal })) {
      if (step === 'tick 3') stop.abort()
    }
  }
  await expect(consume()).rejects.toThrow()
  await vi.waitFor(() => expect(context.seen).toHaveLength(1))
  for await (const { step } of await client.forever()) if (step === 'tick 3') break
  await vi.waitFor(() => expect(context.seen).toHaveLength(2))
})

test('the handler sees it when the caller is gone', async () => {
  const { client, context, control } = await makePair()
  const call = client.hang()
  call.catch(() => undefined)
  await vi.waitFor(() => expect(context.seen).toEqual(['hang started']))
  control.close()
  await expect(call).rejects.toThrow()
  await vi.waitFor(() => expect(context.seen).toEqual(['hang started', 'hang aborted']))
})

test('callers are told when the owner closes', async () => {
  const { client, context, control, server } = await makePair()
  const consume = async (): Promise<void> => {
    for await (const _ of await client.forever());
  }
  const calls = [client.hang(), consume()]
  for (const call of calls) call.catch(() => undefined)
  await vi.waitFor(() => expect(context.seen).toContain('hang started'))
  await server.close()
  await control.closed
  for (const call of calls) await expect(call).rejects.toThrow()
  await expect(client.who({ name: 'ada' })).rejects.toThrow(/not open/)
  await vi.waitFor(() => expect(context.seen).toContain('hang aborted'))
})

test('a server that ends after its guests answers others until the last one has left', async () => {
  const { server, control, client } = await makePair()
  let isOver = false
  const over = server.closeAfterGuests().then(() => {
    isOver = true
  })
  const second = await connectControl(server.path)
  control.close()
  await control.closed
  expect(await createORPCClient<Client>(second.link).who({ name: 'ada' })).toMatchObject({ size: 3 })
  expect(isOver).toBe(false)
  second.close()
  await over
  await expect(connectControl(server.path)).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(client.who({ name: 'ada' })).rejects.toThrow(/not open/)
})

test('commands go through a command that serves, and a panel waits for its end', async () => {
  const dataDir = await makeFolder()
  const lock = await takeStore(dataDir, 'command')
  if (lock === undefined) throw new Error('the lock is held')
  const server = await serveControl(lock, router, { greeting: 'hello', seen: [] })
  const told: string[] = []
  const onLongWait = (owner: string) => void told.push(owner)
  const waiting = openOwner(dataDir, { serve: true, onLongWait, wordlessMs: 300 })
  const guest = await openOwner(dataDir, { serve: false })
  if (guest.kind !== 'guest') throw new Error('the lock was not held')
  expect(await createORPCClient<Client>(guest.client.link).who({ name: 'ada' })).toMatchObject({ size: 3 })
  guest.client.close()
  await vi.waitFor(() => expect(told).toEqual([`a command (process ${process.pid})`]))
  await server.closeAfterGuests()
  lock.release()
  const access = await waiting
  expect(access.kind).toBe('owner')
  if (access.kind === 'owner') access.release()
})

test('only the owner may use the socket, no page may, and a broken message ends only its connection', async () => {
  const { server, client } = await makePair()
  expect((await stat(server.path)).mode & 0o777).toBe(0o600)
  const fromPage = await execa('curl', [
    ...[
      '-s',
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
      '--unix-socket',
      server.path,
      '-H',
      'Origin: http://evil.example',
    ],
    ...['-H', 'Connection: Upgrade', '-H', 'Upgrade: websocket', '-H', 'Sec-WebSocket-Version: 13'],
    ...['-H', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', 'http://localhost/'],
  ])
  expect(fromPage.stdout).toBe('401')
  const raw = connect(server.path)
  raw.write(
    'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n',
  )
  raw.write('Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n')
  await new Promise((resolve) => raw.once('data', resolve))
  raw.write(Buffer.from([0xff, 0xff, 0xff, 0xff]))
  await new Promise((resolve) => raw.once('close', resolve))
  expect(await client.who({ name: 'ada' })).toMatchObject({ size: 3 })
})

test('a socket that a dead owner left is replaced', async () => {
  const dataDir = await makeFolder()
  const path = join(dataDir, 'control.sock')
  const script = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`
  await execa(process.execPath, ['-e', script, path], { reject: false })
  expect((await stat(path)).isSocket()).toBe(true)
  const server = await serve(dataDir, { greeting: 'hi', seen: [] })
  expect(server.path).toBe(path)
  const access = await openOwner(dataDir, { serve: false })
  expect(access.kind).toBe('guest')
  if (access.kind === 'guest') access.client.close()
})

test('a folder with a long path gets a short socket that guests find', async () => {
  const dataDir = join(await makeFolder(), 'x'.repeat(120))
  vi.stubEnv('XDG_RUNTIME_DIR', await makeFolder())
  onTestFinished(() => void vi.unstubAllEnvs())
  const server = await serve(dataDir, { greeting: 'hi', seen: [] })
  expect(server.path.length).toBeLessThan(104)
  expect((await stat(join(server.path, '..'))).mode & 0o777).toBe(0o700)
  vi.stubEnv('XDG_RUNTIME_DIR', '/nonexistent')
  const access = await openOwner(dataDir, { serve: false })
  if (access.kind !== 'guest') throw new Error('the lock was not held')
  onTestFinished(() => access.client.close())
  const client: Client = createORPCClient(access.client.link)
  expect(await client.who({ name: 'ada' })).toMatchObject({ text: 'hi ada' })
})

test('a file in place of the runtime folder is refused, and something that does not answer times out', async () => {
  const runtime = await makeFolder()
  const dataDir = join(await makeFolder(), 'x'.repeat(120))
  vi.stubEnv('XDG_RUNTIME_DIR', runtime)
  onTestFinished(() => void vi.unstubAllEnvs())
  await writeFile(join(runtime, `memharbor-${process.getuid?.()}`), '')
  await mkdir(dataDir)
  await expect(serve(dataDir, { greeting: '', seen: [] })).rejects.toMatchObject({
    problem: { code: 'STORE_UNUSABLE' },
  })
  const silent = createServer().listen(join(runtime, 'silent.sock'))
  onTestFinished(() => void silent.close())
  await expect(connectControl(join(runtime, 'silent.sock'), { timeoutMs: 200 })).rejects.toMatchObject({
    code: 'ETIMEDOUT',
  })
  await rm(join(runtime, 'silent.sock'), { force: true })
})

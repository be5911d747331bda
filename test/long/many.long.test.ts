import { cpus, totalmem } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Tenant } from '../../src/contract/tenant.ts'
import { type Client, startClient } from '../hosts/client.ts'
import { type HostNamespace, startHost } from '../hosts/host.ts'
import { memcacheTalk } from '../hosts/memcache-talk.ts'
import { skipReason } from '../hosts/platform.ts'
import { addPrepared, type CommandRunner, startCommandRunner } from '../main/cli/command-runner.ts'
import { readHostState } from '../main/world-state.ts'

const reason = skipReason()
const minute = 60_000
const names = Array.from({ length: 300 }, (_, index) => `customer ${index + 1}`)

describe.skipIf(reason !== null)(`300 tenants${reason === null ? '' : ` (${reason})`}`, () => {
  let commands: CommandRunner
  let host: HostNamespace
  let friend: Client
  let stranger: Client
  const seconds: Record<string, number> = {}

  beforeAll(async () => {
    commands = await startCommandRunner()
    host = await startHost({ name: 'web1', sudo: 'nopasswd' })
    friend = await startClient(host, { index: 0 })
    stranger = await startClient(host, { index: 1 })
    await addPrepared(commands, host)
  })

  afterAll(async () => {
    await commands?.stop()
    await friend?.stop()
    await stranger?.stop()
    await host?.stop()
  })

  /** A command of the program, whole: its start and its connection are in the time. */
  const timed = async (what: string, args: readonly string[]): Promise<string> => {
    const from = performance.now()
    const { status, stdout, stderr } = await commands.run(args)
    seconds[what] = Math.round((performance.now() - from) / 100) / 10
    expect({ args, status, stderr: stderr.slice(-2_000) }).toMatchObject({ args, status: 0 })
    return stdout
  }

  it(
    'made in bulk, listed, changed one by one, suspended and deleted, with nothing left',
    async ({ annotate }) => {
      const before = await readTraces(host)
      const memoryBefore = await usedMb(host)
      const options = ['--memory', '8', '--tag', 'trial', '--allow', `${friend.address4}=office`]
      const made = await timed('create 300', ['tenant', 'create', ...names, ...options])
      expect(made.split('\n').at(-1)).toBe('300 created, 0 failed.')
      const memoryMb = (await usedMb(host)) - memoryBefore

      const tenants = JSON.parse(await timed('list 300', ['tenant', 'list', '--json'])) as Tenant[]
      expect(tenants.map(({ name }) => name)).toEqual(names)
      expect(tenants.every(({ state }) => state === 'running')).toBe(true)
      const ports = tenants.map(({ port }) => port ?? 0)
      expect(new Set(ports).size).toBe(300)

      // Each lets in its own, and nobody else.
      const answers: unknown[] = []
      for (const port of ports) answers.push((await memcacheTalk(friend, host.address4, port)).kind)
      expect(new Set(answers)).toEqual(new Set(['answer']))
      const refused = await Promise.all(
        ports
          .filter((_, index) => index % 30 === 0)
          .map((port) => memcacheTalk(stranger, host.address4, port)),
      )
      expect(new Set(refused.map(({ kind }) => kind))).toEqual(new Set(['timeout']))

      await timed('revoke at one of 300', ['tenant', 'revoke', 'customer 150', friend.address4])
      expect(await memcacheTalk(friend, host.address4, ports[149] ?? 0)).toEqual({ kind: 'timeout' })
      await timed('create the 301st', ['tenant', 'create', 'one more', '--memory', '8', '--tag', 'trial'])
      await timed('suspend 301', ['tenant', 'suspend', '--tag', 'trial'])
      expect((await readHostState(host))['sets']).not.toMatch(/^add mh[46p] /m)
      await timed('resume 301', ['tenant', 'resume', '--tag', 'trial'])
      expect(await memcacheTalk(friend, host.address4, ports[299] ?? 0)).toMatchObject({ kind: 'answer' })
      await timed('delete 301', ['tenant', 'delete', '--tag', 'trial', '--yes'])
      expect(await readTraces(host)).toEqual(before)

      const machine = `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB`
      await annotate(`seconds on ${machine}: ${JSON.stringify(seconds)}; memory of 300: ${memoryMb} MB`)
    },
    30 * minute,
  )
})

/** The traces of tenants on a host, but for the memory of the helper: it counts its changes and keeps ports back. */
const readTraces = async (host: HostNamespace) => {
  const { files: _, records: __, ...traces } = await readHostState(host)
  return traces
}

/** The memory that the machine uses and could not give back. A line: `MemAvailable:   23126000 kB`. */
const usedMb = async (host: HostNamespace): Promise<number> => {
  const { stdout } = await host.exec(['cat', '/proc/meminfo'])
  const read = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(stdout)?.[1])
  return Math.round((read('MemTotal') - read('MemAvailable')) / 1024)
}

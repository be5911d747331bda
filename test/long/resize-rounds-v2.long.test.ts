import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../hosts/client.ts'
import { type EmulatedHost, startEmulatedHost } from '../hosts/emulated/emulated-host.ts'
import { observeEmulatedRoot } from '../hosts/emulated/emulated-platform.ts'
import { observeLiveRoot } from '../hosts/live/live-platform.ts'
import { memcacheTalk } from '../hosts/memcache-talk.ts'
import { fillCache } from '../main/journey/cache-load.ts'
import { fillAndResize } from '../main/journey/resize-rounds.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox, readWork } from '../main/panel.ts'
import { minute, patienceMs, patientLimits } from './patience.ts'

const megabyte = 2 ** 20
const [largeMb, smallMb] = [128, 32]
const timeout = 90 * minute

const root = await observeEmulatedRoot()
const earlier = await observeLiveRoot('bookworm')
const lacking = [root, earlier].find(({ kind }) => kind === 'unavailable')
const skipped = lacking?.kind === 'unavailable' ? ` (${lacking.reason})` : ''

/** The program of Debian 12 in place of the host's own, which runs with the same libraries. */
const putEarlier = async (host: EmulatedHost): Promise<void> => {
  if (earlier.kind !== 'ready') throw new Error(earlier.reason)
  const input = (await readFile(`${earlier.path}/usr/bin/memcached`)).toString('base64')
  const script =
    'file=/usr/bin/memcached && base64 -d >$file.new && chmod 755 $file.new && mv $file.new $file'
  const { status, stderr } = await host.exec(['sh', '-c', script], { input, timeoutMs: patienceMs })
  if (status !== 0) throw new Error(`the earlier memcached could not be put: ${stderr}`)
}

describe.skipIf(skipped !== '').each([
  { version: '1.6.45', put: async () => {} },
  { version: '1.6.18', put: putEarlier },
])(
  `a cache of memcached $version under cgroup v2 that is filled, shrunk, grown and filled ten times, emulated${skipped}`,
  { timeout },
  ({ version, put }) => {
    let host: EmulatedHost
    let client: Client
    let panel: Panel

    beforeAll(async () => {
      if (root.kind !== 'ready') throw new Error(root.reason)
      host = await startEmulatedHost({ root: root.path })
      await put(host)
      client = await startClient(host, { index: 0 })
      panel = await openPanel(undefined, { timeLimits: patientLimits })
      await addSandbox(panel, host)
      await prepareSandbox(panel, host)
    }, timeout)
    afterAll(async () => {
      await panel?.stop()
      await client?.stop()
      await host?.stop()
    }, timeout)

    const read = async (...argv: readonly string[]): Promise<string> => {
      const { status, stdout, stderr } = await host.exec(argv, { timeoutMs: patienceMs })
      if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`)
      return stdout.trim()
    }

    it('is never killed, and stays within its limit', async ({ annotate }) => {
      expect(await read('docker', 'info', '--format', '{{.CgroupVersion}} {{.MemoryLimit}}')).toBe('2 true')
      const allow = [{ cidr: client.address4 }]
      const { id, port } = await createTenant(panel, { name: 'acme', memoryMb: largeMb, allow })
      const format = '{{.State.Pid}} {{.RestartCount}} {{.State.StartedAt}}'
      const observe = async () => {
        const life = await read('docker', 'inspect', '-f', format, `memharbor-${id}`)
        const [pid = ''] = life.split(' ')
        // A sample: `0::/system.slice/docker-4f1c….scope`
        const [, cgroup = ''] = /^0::(\S+)$/m.exec(await read('cat', `/proc/${pid}/cgroup`)) ?? []
        const file = (name: string): Promise<string> => read('cat', `/sys/fs/cgroup${cgroup}/${name}`)
        // Lines of memory.events: `max 0`, `oom 0`, `oom_kill 0`
        const [kills] = /^oom_kill \d+$/m.exec(await file('memory.events')) ?? []
        const status = await read('cat', `/proc/${pid}/status`)
        return {
          rssMb: Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024),
          limitMb: Number(await file('memory.max')) / megabyte,
          life: [life, kills],
        }
      }
      expect((await observe()).life.at(1)).toBe('oom_kill 0')
      const said = await memcacheTalk(client, host.address4, port, 'version\r\n', patienceMs)
      expect(said).toEqual({ kind: 'answer', text: `VERSION ${version}\r\n` })
      const resize = (memoryMb: number) =>
        readWork(panel.client.tenant.resize({ name: 'acme', memoryMb, confirmed: true }))
      const fill = (count: number, bytes: number) =>
        fillCache(client, host.address4, port, count, { bytes, timeoutMs: 20 * minute })
      await annotate(await fillAndResize({ largeMb, smallMb, fill, resize, observe }))
    })
  },
)

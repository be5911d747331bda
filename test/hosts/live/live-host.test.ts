import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { observeCgroups } from '../cgroups.ts'
import { until } from '../condition.ts'
import { clearLeftovers } from '../leftovers.ts'
import { isAlive, observeProcess, type ProcessIdentity } from '../process-identity.ts'
import { workDirectory } from '../record.ts'
import { mustRun, run, start } from '../run.ts'
import { type LiveHost, startLiveHost } from './live-host.ts'
import { observeLiveRoot } from './live-platform.ts'

const root = await observeLiveRoot('forky')
const rootPath = root.kind === 'ready' ? root.path : ''
const timeout = 180_000

/** Starts a host, prints its id, and waits to be killed. */
const owner = `
  import { runnerImport } from 'vite'
  const { module } = await runnerImport('./test/hosts/live/live-host.ts')
  const host = await module.startLiveHost({ root: process.argv[1] })
  console.log(JSON.stringify({ id: host.id }))
  setInterval(() => {}, 1000)
`
const announced = z.object({ id: z.string() })

/** Every process of a host, its nspawn included. */
const observeProcesses = (id: string): readonly ProcessIdentity[] =>
  observeCgroups(id)
    .flatMap((path) =>
      readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => `${path}/${name}`),
    )
    .filter((path) => path.endsWith('/cgroup.procs'))
    .flatMap(readPids)
    .map((pid) => observeProcess(Number(pid)))
    .filter((found) => found !== null)

/** None of a group that has gone since it was listed, as that of a login does. */
const readPids = (path: string): readonly string[] => {
  try {
    return readFileSync(path, 'utf8').trim().split('\n')
  } catch {
    return []
  }
}

const ssh = (host: LiveHost, command: string, input = '') =>
  run(
    [
      ...['ssh', '-F', 'none', '-i', host.identityFile, '-o', 'IdentitiesOnly=yes', '-o', 'BatchMode=yes'],
      ...['-o', 'StrictHostKeyChecking=no', '-o', `UserKnownHostsFile=${workDirectory(host.id)}/known`],
      ...['-o', 'HostKeyAlgorithms=ssh-ed25519', `${host.user}@${host.address4}`, command],
    ],
    { input },
  )

const expectNothingLeft = async (id: string, processes: readonly ProcessIdentity[]): Promise<void> => {
  expect(processes.length).toBeGreaterThan(5)
  await until('its processes have ended', () => !processes.some(isAlive))
  expect(observeCgroups(id)).toEqual([])
  expect(existsSync(workDirectory(id))).toBe(false)
  expect(await mustRun(['cat', '/proc/mounts'])).not.toContain(rootPath)
}

const skipped = root.kind === 'ready' ? '' : ` (${root.reason})`
describe.skipIf(root.kind !== 'ready')(`live hosts${skipped}`, { timeout }, () => {
  it('stand side by side, keep their files to themselves, and lose everything else when they restart', async () => {
    const hosts = await Promise.all(['one', 'two'].map((name) => startLiveHost({ root: rootPath, name })))
    const [one, two] = hosts
    if (one === undefined || two === undefined) throw new Error('there are no two hosts')
    try {
      for (const host of hosts) {
        const asRoot = await ssh(host, "sudo -S -p '' sh -c 'id -un; hostname'", `${host.sudoPassword}\n`)
        expect(asRoot).toMatchObject({ status: 0, stdout: `root\n${host.name}\n` })
        const known = await mustRun(['ssh-keygen', '-l', '-f', `${workDirectory(host.id)}/known`])
        expect(known).toContain(host.hostKeyFingerprint)
        expect((await ssh(host, 'docker ps --quiet')).status).toBe(0)
      }
      await one.exec(['touch', '/etc/kept', '/var/lib/docker/kept', '/run/lost'])
      await one.exec(['iptables', '-t', 'raw', '-A', 'PREROUTING', '-j', 'LOG'])
      const bootIds = ['cat', '/proc/sys/kernel/random/boot_id']
      const before = (await one.exec(bootIds)).stdout
      const bootOfOther = (await two.exec(bootIds)).stdout
      await one.reboot()
      expect((await one.exec(bootIds)).stdout).not.toBe(before)
      expect((await two.exec(bootIds)).stdout).toBe(bootOfOther)
      expect((await one.exec(['ls', '/etc/kept', '/var/lib/docker/kept'])).status).toBe(0)
      expect((await one.exec(['ls', '/run/lost'])).status).not.toBe(0)
      expect((await one.exec(['iptables', '-t', 'raw', '-S'])).stdout).not.toContain('LOG')
      expect((await ssh(one, 'hostname')).stdout).toBe('one\n')
      for (const place of [rootPath, `/proc/${two.namespace.pid}/root/run/live/root`])
        expect(existsSync(`${place}/etc/kept`)).toBe(false)
    } finally {
      const processes = hosts.map(({ id }) => observeProcesses(id))
      await Promise.all(hosts.map((host) => host.stop()))
      for (const [index, { id }] of hosts.entries()) await expectNothingLeft(id, processes[index] ?? [])
    }
  })

  it('are removed by the next start when their owner was killed', async () => {
    const child = start([process.execPath, '--input-type=module', '-e', owner, rootPath])
    const line = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
    const { id } = announced.parse(JSON.parse(line.value ?? 'null'))
    const processes = observeProcesses(id)
    child.kill('SIGKILL')
    await child
    await until('its processes end by themselves', () => !processes.some(isAlive))
    expect(existsSync(workDirectory(id))).toBe(true)
    expect(await clearLeftovers()).toContain(id)
    await expectNothingLeft(id, processes)
  })
})

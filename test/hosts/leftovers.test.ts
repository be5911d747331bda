import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { observeCgroups } from './cgroups.ts'
import { startClient } from './client.ts'
import { until } from './condition.ts'
import { startHost } from './host.ts'
import { clearLeftovers } from './leftovers.ts'
import { skipReason } from './platform.ts'
import { isAlive, observeProcess, type ProcessIdentity } from './process-identity.ts'
import { importRawImage, rawImage } from './raw-image.ts'
import { workDirectory } from './record.ts'
import { mustRun, start } from './run.ts'

const reason = skipReason()

/** Starts a host with a container, tells its id, and waits to be killed. */
const owner = `
  import { runnerImport } from 'vite'
  const hosts = await runnerImport('./test/hosts/host.ts')
  const images = await runnerImport('./test/hosts/raw-image.ts')
  const host = await hosts.module.startHost()
  await images.module.importRawImage(host)
  await host.exec(['docker', 'run', '-d', images.module.rawImage])
  console.log(JSON.stringify({ id: host.id, pid: host.namespace.pid }))
  setInterval(() => {}, 1000)
`
const told = z.object({ id: z.string(), pid: z.int() })

/** Every process in the same network namespace. */
const observeProcessesBeside = (pid: number): readonly ProcessIdentity[] => {
  const network = readlinkSync(`/proc/${pid}/ns/net`)
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => observeProcess(Number(name)))
    .filter((found) => found !== null)
    .filter((found) => readLink(`/proc/${found.pid}/ns/net`) === network)
}

const readLink = (path: string): string | null => {
  try {
    return readlinkSync(path)
  } catch {
    return null
  }
}

describe.skipIf(reason !== null)(`the end of a sandbox${reason === null ? '' : ` (${reason})`}`, () => {
  it('leaves nothing when it is stopped', async () => {
    const host = await startHost()
    const client = await startClient(host, { index: 0 })
    await importRawImage(host)
    await host.exec(['docker', 'run', '-d', '-p', '20001:11211', rawImage])
    const processes = observeProcessesBeside(host.namespace.pid)
    expect(processes.length).toBeGreaterThan(3)
    const link = (await mustRun(['ip', '-o', 'addr', 'show', 'to', host.machineAddress4])).split(/\s+/)[1]
    expect(observeCgroups(host.id)).not.toEqual([])
    await client.stop()
    await host.stop()
    expect(processes.filter(isAlive)).toEqual([])
    expect(existsSync(`/sys/class/net/${link}`)).toBe(false)
    expect(observeCgroups(host.id)).toEqual([])
    expect(existsSync(workDirectory(host.id))).toBe(false)
    expect(await mustRun(['cat', '/proc/mounts'])).not.toContain(host.id)
  })

  it('is brought about by the next start when its owner was killed', async () => {
    const running = await startHost({ docker: false })
    const child = start([process.execPath, '--input-type=module', '-e', owner])
    const line = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
    const { id, pid } = told.parse(JSON.parse(line.value ?? 'null'))
    const init = observeProcess(pid)
    expect(observeCgroups(id)).not.toEqual([])
    child.kill('SIGKILL')
    await child
    await until('its processes end by themselves', () => init !== null && !isAlive(init))
    expect(existsSync(workDirectory(id))).toBe(true)
    expect(await clearLeftovers()).toContain(id)
    expect(observeCgroups(id)).toEqual([])
    expect(existsSync(workDirectory(id))).toBe(false)
    expect((await running.exec(['hostname'])).status).toBe(0)
    await running.stop()
  })
})

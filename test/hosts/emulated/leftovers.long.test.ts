import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { until } from '../condition.ts'
import { clearLeftovers } from '../leftovers.ts'
import { isAlive, observeProcess, type ProcessIdentity } from '../process-identity.ts'
import { observeRecords, workDirectory } from '../record.ts'
import { mustRun, start } from '../run.ts'
import { observeEmulatedRoot } from './emulated-platform.ts'

const root = await observeEmulatedRoot()
const skipped = root.kind === 'ready' ? '' : ` (${root.reason})`
const timeout = 10 * 60_000

/** Starts a host and is killed before that is up. */
const owner = `
  import { runnerImport } from 'vite'
  const { module } = await runnerImport('./test/hosts/emulated/emulated-host.ts')
  await module.startEmulatedHost({ root: process.argv[1] })
`

const attempt = (read: () => string): string => {
  try {
    return read()
  } catch {
    return ''
  }
}

/** The emulator in the same network namespace as `pid`. */
const observeEmulator = (pid: number): ProcessIdentity | null => {
  const network = attempt(() => readlinkSync(`/proc/${pid}/ns/net`))
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => attempt(() => readFileSync(`/proc/${name}/comm`, 'utf8')).startsWith('qemu-system'))
    .find((name) => attempt(() => readlinkSync(`/proc/${name}/ns/net`)) === network)
  return found === undefined ? null : observeProcess(Number(found))
}

describe.skipIf(root.kind !== 'ready')(`the end of an emulated host${skipped}`, { timeout }, () => {
  it('comes with the end of its owner, and the next start removes its folder', async () => {
    if (root.kind !== 'ready') throw new Error(root.reason)
    const child = start([process.execPath, '--input-type=module', '-e', owner, root.path])
    const observeOwn = () => observeRecords().find(({ record }) => record?.owner.pid === child.pid)
    let emulator: ProcessIdentity | null = null
    await until(
      'the emulator runs',
      () => {
        const init = observeOwn()?.record?.init
        emulator = init ? observeEmulator(init.pid) : null
        return emulator !== null
      },
      timeout,
    )
    const { pid = 0 } = (emulator ?? {}) as Partial<ProcessIdentity>
    const { id = '', record } = observeOwn() ?? {}
    const disk = readlinkSync(`/proc/${pid}/fd/3`)
    expect(disk).toMatch(/^\/var\/tmp\/memharbor-disk-\w+ \(deleted\)$/)
    const identity = observeProcess(pid)
    child.kill('SIGKILL')
    await child
    await until('the emulator has ended', () => identity !== null && !isAlive(identity))
    expect(existsSync(workDirectory(id))).toBe(true)
    expect(await clearLeftovers()).toContain(id)
    expect(existsSync(workDirectory(id))).toBe(false)
    expect(record?.init && isAlive(record.init)).toBe(false)
    expect(existsSync(disk.replace(' (deleted)', ''))).toBe(false)
    expect(await mustRun(['cat', '/proc/mounts'])).not.toContain(id)
  })
})

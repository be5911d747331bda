import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSandboxBySudo } from './by-sudo/open.ts'
import { sandboxServer } from './by-sudo/server-program.ts'
import type { Host } from './host.ts'
import { skipReason } from './platform.ts'
import { run } from './run.ts'
import { localSandbox, type Sandbox } from './sandbox.ts'

const reason = skipReason() ?? (await findStackReason())

/** The kernel stacks two overlays and no more: the machine's changes, and over them the files of a host. */
async function findStackReason(): Promise<string | null> {
  if (skipReason() !== null) return null
  const { stdout } = await run(['stat', '--file-system', '--format', '%T', '/'])
  return stdout.trim() === 'overlayfs' ? 'needs a root file system that is no overlay' : null
}

/** Where settings are; in the home of root only what programs read. */
const places = [
  '/etc',
  '/home/deploy',
  '/root/.docker',
  '/root/.ssh',
  '/usr/local/sbin',
  '/usr/sbin',
  '/var/lib/memharbor',
]

/** Different between any two hosts: keys, and what useradd keeps of a password. */
const differing = /\/etc\/(shadow-?|ssh\/ssh_host_\w+(\.pub)?)( |$)|\/\.ssh\/authorized_keys( |$)/

/** Owner, mode, size, and what a link leads to; for files of settings the hash of their content. */
const listing = `
  find "$@" -xdev -type f -printf '%p %u %m %s\\n' -o -printf '%p %u %m %l\\n'
  find /etc /home/deploy -xdev -type f -exec sha256sum {} +`

const list = async (host: Host): Promise<readonly string[]> => {
  const { stdout } = await host.exec(['sh', '-c', listing, 'list', ...places])
  return stdout
    .split('\n')
    .filter((line) => !differing.test(line))
    .sort()
}

describe.skipIf(reason !== null)(
  `a machine that is itself a prepared host${reason === null ? '' : ` (${reason})`}`,
  () => {
    let folder: string
    let preparedMachine: readonly string[]
    let plain: Sandbox
    let prepared: Sandbox
    let onPlain: Host
    let onPrepared: Host

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'memharbor-machine-'))
      const script = join(import.meta.dirname, 'prepared-machine.sh')
      const resources = join(import.meta.dirname, '../../resources/host')
      preparedMachine = ['unshare', '--mount', '--propagation', 'private', 'sh', script, folder, resources]
      plain = localSandbox()
      prepared = openSandboxBySudo([...preparedMachine, ...sandboxServer])
      const options = { name: 'same', docker: false, sudo: 'password' } as const
      onPlain = await plain.startHost(options)
      onPrepared = await prepared.startHost(options)
    })

    afterAll(async () => {
      await prepared?.close()
      await plain?.close()
      await rm(folder, { recursive: true, force: true })
    })

    it("shows nothing of that, nor of its owner's settings, to the sandbox", async () => {
      const [expected, found] = await Promise.all([list(onPlain), list(onPrepared)])
      expect(expected.length).toBeGreaterThan(100)
      expect(found.filter((line) => !expected.includes(line))).toEqual([])
      expect(expected.filter((line) => !found.includes(line))).toEqual([])
      const machine = await run([...preparedMachine, 'sh', '-c', listing, 'list', ...places])
      expect(machine.stdout).toMatch(/^\/var\/lib\/memharbor\/state.json root /m)
    })

    it('lets the operator of a sandbox host become root as the options say', async () => {
      const argv = ['sudo', '-n', 'id', '-un']
      expect((await onPrepared.exec(argv, { user: onPrepared.user })).stderr).toContain(
        'a password is required',
      )
      const input = `${onPrepared.sudoPassword}\n`
      const withPassword = await onPrepared.exec(['sudo', '-S', '-p', '', 'id', '-un'], {
        user: onPrepared.user,
        input,
      })
      expect(withPassword).toEqual({ status: 0, stdout: 'root\n', stderr: '' })
    })
  },
)

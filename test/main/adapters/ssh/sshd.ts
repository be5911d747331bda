import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { until } from '../../../hosts/condition.ts'
import { readFingerprint } from '../../../hosts/keys.ts'
import { mustRun } from '../../../hosts/run.ts'

/** A real sshd on a loopback port, for the user who runs the tests. */
export interface Sshd {
  readonly port: number
  /** `127.0.0.1:PORT` */
  readonly endpoint: string
  readonly fingerprints: Readonly<Record<KeyType, string>>
  /** Its output so far. */
  log(): string
  /** The processes that serve connections now. */
  sessions(): readonly number[]
  stop(): Promise<void>
}

type KeyType = 'ed25519' | 'rsa' | 'ecdsa'

export interface SshdOptions {
  readonly folder: string
  readonly authorizedKeys: string
  readonly keyTypes?: readonly KeyType[]
  /** Lines of sshd_config that go before all others. */
  readonly config?: string
  /** The port of one that was here before. */
  readonly port?: number
}

let count = 0

export async function startSshd(options: SshdOptions): Promise<Sshd> {
  const folder = join(options.folder, `sshd-${++count}`)
  mkdirSync(folder)
  // sshd, started by root, insists on its empty directory.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const keyTypes = options.keyTypes ?? ['ed25519']
  const fingerprints: Record<KeyType, string> = { ed25519: '', rsa: '', ecdsa: '' }
  for (const type of keyTypes) {
    await mustRun(['ssh-keygen', '-q', '-t', type, '-N', '', '-f', join(folder, type)])
    fingerprints[type] = await readFingerprint(join(folder, type))
  }
  const port = options.port ?? (await findFreePort())
  writeFileSync(join(folder, 'authorized_keys'), options.authorizedKeys)
  const config = `${options.config ?? ''}
Port ${port}
ListenAddress 127.0.0.1
${keyTypes.map((type) => `HostKey ${join(folder, type)}`).join('\n')}
AuthorizedKeysFile ${join(folder, 'authorized_keys')}
PidFile none
UsePAM no
StrictModes no
UseDNS no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
LogLevel VERBOSE
`
  writeFileSync(join(folder, 'config'), config)
  const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(folder, 'config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let log = ''
  child.stderr.on('data', (chunk) => {
    log += String(chunk)
  })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const sessions = (): readonly number[] => (child.pid === undefined ? [] : findDescendants(child.pid))
  await until('sshd listens', () => {
    if (child.exitCode !== null) throw new Error(`sshd ended: ${log}`)
    return log.includes('Server listening')
  })
  return {
    port,
    endpoint: `127.0.0.1:${port}`,
    fingerprints,
    log: () => log,
    sessions,
    async stop() {
      for (const pid of sessions()) signal(pid, 'SIGKILL')
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** Sends a signal; a process that ended meanwhile is fine. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    return
  }
}

function findDescendants(root: number): readonly number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {
      parents.delete(Number(name))
    }
  }
  const found: number[] = []
  const visit = (parent: number): void => {
    for (const [pid, its] of parents) {
      if (its !== parent) continue
      found.push(pid)
      visit(pid)
    }
  }
  visit(root)
  return found
}

/** A port that nothing listens on right now. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

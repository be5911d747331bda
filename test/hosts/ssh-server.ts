import { connect } from 'node:net'
import { until } from './condition.ts'
import { startDaemon } from './daemon.ts'
import { writeHostFile } from './host-files.ts'
import type { Namespace } from './namespace.ts'
import { mustRun } from './run.ts'

export interface SshServerOptions {
  readonly allowStreamLocalForwarding: boolean
  readonly allowTcpForwarding: boolean
}

/** The sshd of a host, on port 22 of its own network namespace. */
export interface SshServer {
  start(): Promise<void>
  stop(): Promise<void>
  /** Kills the processes that serve connections now; new connections are served. */
  cut(): Promise<void>
}

const hostKeyPath = '/etc/ssh/ssh_host_ed25519_key'
const yesNo = (value: boolean): string => (value ? 'yes' : 'no')

const renderConfig = (options: SshServerOptions): string => `Port 22
HostKey ${hostKeyPath}
PidFile /run/sshd.pid
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin no
AllowStreamLocalForwarding ${yesNo(options.allowStreamLocalForwarding)}
AllowTcpForwarding ${yesNo(options.allowTcpForwarding)}
MaxStartups 100
UseDNS no
LogLevel VERBOSE
`

/** Kills every descendant of the process whose number is in the file, youngest last, and not the process itself. */
const killDescendants = `
import os, signal, sys
parents = {}
for name in filter(str.isdigit, os.listdir('/proc')):
    try:
        with open(f'/proc/{name}/stat') as stat:
            parents[int(name)] = int(stat.read().rpartition(')')[2].split()[1])
    except OSError:
        pass
with open(sys.argv[1]) as file:
    found = [int(file.read())]
for parent in found:
    found += [child for child, its in parents.items() if its == parent]
for pid in found[1:]:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
`

/** Gives the host its host key; a running sshd reads it for the next connection. */
export const writeHostKey = (host: Namespace, privateKey: string): Promise<void> =>
  writeHostFile(host, hostKeyPath, privateKey, { mode: '600' })

export const sshServer = async (
  host: Namespace,
  address: string,
  logPath: string,
  options: SshServerOptions,
): Promise<SshServer> => {
  await writeHostFile(host, '/etc/ssh/sshd_config', renderConfig(options))
  const inHost = (argv: readonly string[]): Promise<string> => mustRun(host.enter(argv))
  const cut = async (): Promise<void> => {
    await inHost(['/usr/bin/python3', '-IS', '-c', killDescendants, '/run/sshd.pid'])
  }
  let ended: Promise<void> = Promise.resolve()
  return {
    start: async () => {
      await inHost(['mkdir', '-p', '/run/sshd'])
      const daemon = startDaemon(host.enter(['/usr/sbin/sshd', '-D', '-e']), logPath)
      ended = daemon.ended
      await until('sshd answers', async () => {
        if (!daemon.running()) throw new Error(`sshd ended: ${daemon.log()}`)
        return await answers(address, 22)
      })
    },
    stop: async () => {
      await cut()
      await inHost(['pkill', '-KILL', '-F', '/run/sshd.pid'])
      await ended
    },
    cut,
  }
}

const answers = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port })
    const end = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
    socket.setTimeout(1_000, () => end(false))
  })

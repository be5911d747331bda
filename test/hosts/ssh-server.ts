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

/** Where a host has its key. */
export const hostKeyPath = '/etc/ssh/ssh_host_ed25519_key'
const yesNo = (value: boolean): string => (value ? 'yes' : 'no')

/** The text of its sshd_config. */
export const renderSshConfig = (options: SshServerOptions): string => `Port 22
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

/**
 * Kills whatever serves a connection, with all that it started, youngest last: every sshd of the host but the one that
 * listens, whose number is in the file.
 */
const killServing = `
import os, signal, sys
with open(sys.argv[1]) as file:
    listening = int(file.read())
parents, found = {}, []
for pid in map(int, filter(str.isdigit, os.listdir('/proc'))):
    try:
        with open(f'/proc/{pid}/stat') as stat:
            name, fields = stat.read().partition('(')[2].rpartition(')')[::2]
    except OSError:
        continue
    parents[pid] = int(fields.split()[1])
    if name.startswith('sshd') and pid != listening:
        found.append(pid)
for parent in found:
    found += [child for child, its in parents.items() if its == parent and child not in found]
for pid in found:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
`

/** Its folder is in memory, which a reboot empties. */
const listening = 'mkdir -p /run/sshd && exec /usr/sbin/sshd -D -e'

/** Gives the host its host key; a running sshd reads it for the next connection. */
export const writeHostKey = (host: Pick<Namespace, 'enter'>, privateKey: string): Promise<void> =>
  writeHostFile(host, hostKeyPath, privateKey, { mode: '600' })

/** @param host has its key and its sshd_config */
export const sshServer = (host: Namespace, address: string, logPath: string): SshServer => {
  const inHost = (argv: readonly string[]): Promise<string> => mustRun(host.enter(argv))
  const cut = async (): Promise<void> => {
    await inHost(['/usr/bin/python3', '-IS', '-c', killServing, '/run/sshd.pid'])
  }
  let ended: Promise<void> = Promise.resolve()
  return {
    start: async () => {
      const daemon = startDaemon(host.enter(['sh', '-c', listening]), logPath)
      ended = daemon.ended
      await until('sshd answers', async () => {
        if (!daemon.running()) throw new Error(`sshd ended: ${daemon.log()}`)
        return await answers(address, 22)
      })
    },
    stop: async () => {
      // The listener goes first: a connection that it took after the others were killed would keep its output open.
      await inHost(['pkill', '-KILL', '-F', '/run/sshd.pid'])
      await cut()
      await ended
    },
    cut,
  }
}

/** Whether somebody takes a connection within a second. */
export const answers = (host: string, port: number): Promise<boolean> =>
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

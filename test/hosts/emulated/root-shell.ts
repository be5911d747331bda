import { until } from '../condition.ts'
import { startDaemon } from '../daemon.ts'
import type { HostFacts } from '../host.ts'
import type { Place } from '../live/root-layer.ts'
import { run } from '../run.ts'

/** root's way to a host that is reached by SSH only: one connection, because each login takes seconds there. */
export interface RootShell extends Place {
  /** Whether the host has not ended the connection. */
  readonly running: () => boolean
  close(): Promise<void>
}

const loginTimeoutMs = 180_000

/** A host that computes may say nothing for a while; only a long silence is an end. */
const options = [
  ...['BatchMode=yes', 'IdentitiesOnly=yes', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null'],
  ...['LogLevel=ERROR', 'ConnectTimeout=120', 'ServerAliveInterval=30', 'ServerAliveCountMax=6'],
]

/**
 * Connects with the operator's key, which root of an emulated host takes too.
 * @param folder for the control socket and the log; its path must be short
 * @throws when the login fails
 */
export const openRootShell = async (
  { address4, identityFile }: Pick<HostFacts, 'address4' | 'identityFile'>,
  folder: string,
): Promise<RootShell> => {
  const socket = `${folder}/root.ssh`
  const target = `root@${address4}`
  const words = options.flatMap((option) => ['-o', option])
  const master = startDaemon(
    [
      ...['setpriv', '--pdeathsig', 'KILL', 'ssh', '-F', 'none', '-i', identityFile, ...words],
      ...['-N', '-M', '-S', socket, target],
    ],
    `${folder}/root-ssh.log`,
  )
  const control = (command: 'check' | 'exit') =>
    run(['ssh', '-F', 'none', '-S', socket, '-O', command, target])
  const isOpen = async (): Promise<boolean> => {
    if (!master.running()) throw new Error(`root's connection ended: ${master.log()}`)
    return (await control('check')).status === 0
  }
  await until('root is logged in', isOpen, loginTimeoutMs)
  return {
    running: master.running,
    enter: (argv) => ['ssh', '-F', 'none', '-S', socket, target, argv.map(quote).join(' ')],
    close: async () => {
      if (master.running()) await control('exit')
      await master.ended
    },
  }
}

/** One word for the shell that sshd gives a command to, whatever is in it. */
const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

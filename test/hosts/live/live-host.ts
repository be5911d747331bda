import type { Access } from '../credentials.ts'
import type { HostExecOptions, LocalHostFacts } from '../host.ts'
import type { Namespace } from '../namespace.ts'
import { type RunResult, run } from '../run.ts'
import { type Running, startRunning } from '../running.ts'
import { bootMachine, type Machine } from './machine.ts'
import type { Programs } from './programs.ts'
import { type Site, startSite } from './site.ts'

export interface LiveHostOptions extends Access, Programs {
  /** A root of `ensureRoot`; it is not written to. */
  readonly root: string
  /** Its host name, `live` unless given. */
  readonly name?: string
}

/**
 * A server with a systemd of its own, which started everything that runs on it: the sshd, the Docker and the network of
 * a Debian release. Only the kernel is the machine's.
 */
export interface LiveHost extends LocalHostFacts {
  /** The network that the host stands in, for its clients. It stays through reboots. */
  readonly namespace: Namespace
  exec(argv: readonly string[], options?: HostExecOptions): Promise<RunResult>
  spawn(argv: readonly string[], user?: string): Promise<Running>
  /** Restarts it; files, and nothing else, are as before. Resolves when everything is started. */
  reboot(): Promise<void>
  /** Ends it at once, as pulling the plug would, and removes it. */
  stop(): Promise<void>
}

/** Starts a live host; it takes about four seconds. Root on Linux only. */
export const startLiveHost = async ({ name = 'live', ...options }: LiveHostOptions): Promise<LiveHost> => {
  // nspawn calls the card so.
  const site = await startSite({ ...options, name, card: 'host0' })
  try {
    const { namespace, root, facts, folder } = site
    return hostOf(site, await bootMachine(namespace, root, facts.id, name, `${folder}/console.log`))
  } catch (error) {
    await site.stop()
    throw error
  }
}

const hostOf = ({ facts, namespace, stop }: Site, machine: Machine): LiveHost => ({
  ...facts,
  // Another one after a reboot.
  get dockerSocket() {
    return `/proc/${machine.pid}/root/run/docker.sock`
  },
  namespace,
  exec: (argv, { user, ...limits } = {}) => run(machine.enter(argv, user), limits),
  spawn: async (argv, user) => startRunning(machine.enter(argv, user)),
  reboot: machine.reboot,
  stop,
})

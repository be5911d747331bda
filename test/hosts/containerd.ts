import { readdirSync, readFileSync } from 'node:fs'
import { until } from './condition.ts'
import { type Daemon, startDaemon } from './daemon.ts'
import type { HostNamespace } from './host.ts'
import { writeHostFile } from './host-files.ts'
import { childrenOf } from './kill.ts'
import { workDirectory } from './record.ts'

const socket = '/run/containerd/containerd.sock'
const configPath = '/etc/containerd/config.toml'
/** As Docker's own packages have it: the rest of containerd's plugins are for Kubernetes. */
const config = 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n'

/** The arguments of a dockerd that asks a containerd beside it, instead of one that it starts and ends itself. */
export const besideContainerd = ['--containerd', socket] as const

/** The containerd of a server that runs beside dockerd: either of them, and every container, goes on without it. */
export interface Containerd {
  start(): Promise<void>
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>
  /** Freezes it: connections are accepted and never answered. */
  pause(): Promise<void>
  /** Lets a frozen one go on, and does nothing to another. Needed before the host is stopped. */
  resume(): Promise<void>
}

/** @param host without a dockerd yet, which is to be started after this one, with `besideContainerd` */
export const containerdOf = (host: HostNamespace): Containerd => {
  const { namespace } = host
  const argv = [
    'containerd',
    '--address',
    socket,
    '--root',
    '/var/lib/docker/beside',
    '--state',
    '/run/beside',
  ]
  const logPath = `${workDirectory(host.id)}/containerd.log`
  let current: Daemon | null = null
  /** nsenter has one child, and that is containerd. */
  const signal = (name: 'SIGKILL' | 'SIGSTOP'): number => {
    const [pid] = current === null ? [] : childrenOf(current.pid)
    if (pid === undefined) throw new Error('containerd does not run')
    process.kill(pid, name)
    return pid
  }
  return {
    start: async () => {
      await writeHostFile(namespace, configPath, config)
      const daemon = startDaemon(namespace.enter(argv), logPath)
      current = daemon
      await until('containerd answers', async () => {
        if (!daemon.running()) throw new Error(`containerd ended: ${daemon.log()}`)
        return (await host.exec(['ctr', '--address', socket, 'version'])).status === 0
      })
    },
    kill: async () => {
      signal('SIGKILL')
      await current?.ended
    },
    pause: async () => {
      const pid = signal('SIGSTOP')
      // A thread stops when it gets to it, and until then it answers.
      await until('all of containerd is frozen', () => isFrozen(pid))
    },
    resume: async () => current?.resume(),
  }
}

/** Whether each thread of a process says so. A sample of the line: `State:	T (stopped)` */
const isFrozen = (pid: number): boolean =>
  readdirSync(`/proc/${pid}/task`).every((thread) =>
    /^State:\tT/m.test(readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8')),
  )

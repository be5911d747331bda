import { request } from 'node:http'
import { cgroupParent } from './cgroups.ts'
import { until } from './condition.ts'
import { type Daemon, startDaemon } from './daemon.ts'
import type { Namespace } from './namespace.ts'
import { mustRun } from './run.ts'

/** The dockerd of a host: its own containerd, images and rules, at the paths where a server has them. */
export interface DockerDaemon {
  start(): Promise<void>
  /** Ends it as a shutdown would: containers are stopped first. */
  stop(): Promise<void>
  /** Ends it at once, as a crash or a kernel out of memory would: containers run on, and nobody sees to them. */
  kill(): Promise<void>
  /** Freezes it: connections are accepted and never answered. */
  pause(): Promise<void>
  /** Lets a frozen one go on, and does nothing to another. Needed before anything else can end it for good. */
  resume(): Promise<void>
}

const pidFile = '/run/docker.pid'
/** The program that a prepared host's systemd runs after dockerd: ExecStartPost, with nothing on standard input. */
const afterStart =
  "program=$(sed -n 's/^ExecStartPost=-//p' /etc/systemd/system/docker.service.d/*.conf 2>/dev/null); $program </dev/null || true"

/** The host's Docker socket as seen from outside of its mount namespace; only root can follow this path. */
export const dockerSocket = (host: Namespace): string => `/proc/${host.pid}/root/run/docker.sock`

/**
 * @param id names the cgroup under which its containers are, so that they can be found without it
 * @param extra further arguments of dockerd, such as `--userland-proxy=false`
 */
export const dockerDaemon = (
  host: Namespace,
  id: string,
  logPath: string,
  extra: readonly string[],
): DockerDaemon => {
  const argv = [
    // A value of `container` keeps dockerd from loading an AppArmor profile into the machine's kernel. It starts itself
    // three times for each container, and Go's collector at its usual pace costs a third of each such start.
    ...['env', 'container=memharbor-sandbox', 'GOGC=400', 'dockerd', '--pidfile', pidFile],
    // The machine's systemd is not reached from a sandbox, so cgroups are made directly.
    ...['--exec-opt', 'native.cgroupdriver=cgroupfs', '--cgroup-parent', cgroupParent(id)],
    ...extra,
  ]
  const signal = async (name: string): Promise<void> => {
    await mustRun(host.enter(['pkill', `-${name}`, '-F', pidFile]))
  }
  /** `State:	T (stopped)`, a line for each thread */
  const isFrozen = async (): Promise<boolean> => {
    const states = ['sh', '-c', `cat /proc/"$(cat ${pidFile})"/task/*/status || true`]
    const text = await mustRun(host.enter(states))
    return text.split('\n').every((line) => !line.startsWith('State:') || /^State:\tT/.test(line))
  }
  let current: Daemon | null = null
  // nsenter stops together with what it started, and wakes it up when it goes on itself. Killing it instead would leave
  // the dead dockerd to the machine's process 1, which may take its time, and the namespaces wait for that.
  const resume = async (): Promise<void> => current?.resume()
  return {
    start: async () => {
      const daemon = startDaemon(host.enter(argv), logPath)
      current = daemon
      await until(
        'dockerd answers',
        async () => {
          if (!daemon.running()) throw new Error(`dockerd ended: ${daemon.log()}`)
          return await answersPing(dockerSocket(host))
        },
        60_000,
      )
      await mustRun(host.enter(['sh', '-c', afterStart]))
    },
    stop: async () => {
      await resume()
      await signal('TERM')
      await current?.ended
    },
    kill: async () => {
      await resume()
      await signal('KILL')
      await current?.ended
    },
    async pause() {
      await signal('STOP')
      // A thread stops when it gets to it, and until then it answers.
      await until('all of dockerd is frozen', isFrozen)
    },
    resume,
  }
}

const answersPing = (socketPath: string): Promise<boolean> =>
  new Promise((resolve) => {
    const ping = request({ socketPath, path: '/_ping', timeout: 2_000 }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    ping.once('timeout', () => ping.destroy())
    ping.once('error', () => resolve(false))
    ping.end()
  })

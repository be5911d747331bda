import { mkdirSync } from 'node:fs'
import { cgroupParent } from '../cgroups.ts'
import { until } from '../condition.ts'
import { type Daemon, startDaemon } from '../daemon.ts'
import type { Namespace } from '../namespace.ts'
import { isAlive, type ProcessIdentity } from '../process-identity.ts'
import { run } from '../run.ts'
import { observeFirstProcess } from './first-process.ts'
import { cgroupMount } from './live-platform.ts'
import type { LayeredRoot, Place } from './root-layer.ts'
import { switchName } from './surroundings.ts'

/** A booted system, from its first process to its last. */
export interface Machine extends Place {
  /** Its first process as the machine around it sees it, another one after each boot. */
  readonly pid: number
  /** Restarts it as its own systemd does, and waits until everything is started again. */
  reboot(): Promise<void>
}

/**
 * nspawn ends with 133 when the system asks for a reboot and nspawn is not a unit of the machine's systemd. Each boot
 * has a cgroup of its own, because one that handed controllers on takes no process of its own again.
 */
const bootScript = `cgroup=$1
shift
for controller in $(cat "$cgroup/cgroup.controllers"); do
  echo "+$controller" > "$cgroup/cgroup.subtree_control"
done
boot=0
status=133
while [ "$status" = 133 ]; do
  boot=$((boot + 1))
  mkdir "$cgroup/boot$boot"
  (echo 0 > "$cgroup/boot$boot/cgroup.procs" && exec "$@") < /dev/null
  status=$?
done
exit "$status"
`

/** A live Docker gets along with a kernel whose settings it can't change, but for those of its network. */
const settings = [
  'SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1',
  'SYSTEMD_NSPAWN_API_VFS_WRITABLE=network',
  'SYSTEMD_SECCOMP=0',
]

/** Long, because a machine whose processors are all busy boots in many times the usual three seconds. */
const bootTimeoutMs = 180_000

/** Boots a root; it takes about three seconds. Its network card hangs at the switch of the namespace. */
export const bootMachine = async (
  namespace: Namespace,
  root: LayeredRoot,
  id: string,
  name: string,
  logPath: string,
): Promise<Machine> => {
  const cgroup = cgroupMount() + cgroupParent(id)
  mkdirSync(cgroup)
  const options = [
    ...['--quiet', '--directory', root.path, '--machine', name, '--boot', '--register=no', '--keep-unit'],
    ...['--console=pipe', `--network-bridge=${switchName}`, '--resolv-conf=off'],
    ...['--link-journal=no', '--timezone=off', ...root.binds.map(({ from, to }) => `--bind=${from}:${to}`)],
  ]
  const nspawn = ['env', ...settings, 'systemd-nspawn', ...options]
  const daemon = startDaemon(namespace.enter(['sh', '-c', bootScript, 'boot', cgroup, ...nspawn]), logPath)
  let first = await bootedAfter(null, daemon)
  const enter: Place['enter'] = (argv, user) => enterProcess(first.pid, argv, user)
  await awaitStarted(enter)
  return {
    get pid() {
      return first.pid
    },
    enter,
    reboot: async () => {
      // The shutdown may end the command before it could answer.
      await run(enter(['systemctl', '--no-block', 'reboot']))
      first = await bootedAfter(first, daemon)
      await awaitStarted(enter)
    },
  }
}

/** Waits for the first process of a system that is not the earlier one. */
const bootedAfter = async (earlier: ProcessIdentity | null, daemon: Daemon): Promise<ProcessIdentity> => {
  let found: ProcessIdentity | null = null
  const look = (): boolean => {
    if (!daemon.running()) throw new Error(`the host does not boot: ${daemon.log()}`)
    if (earlier !== null && isAlive(earlier)) return false
    found = observeFirstProcess(daemon.pid)
    return found !== null
  }
  await until('the host has a first process', look, bootTimeoutMs)
  if (found === null) throw new Error('the host has no first process')
  return found
}

/** Waits until systemd has nothing left to start, and throws when something did not. */
export const awaitStarted = async (enter: Place['enter'], timeoutMs = bootTimeoutMs): Promise<void> => {
  let state = ''
  const look = async (): Promise<boolean> => {
    // Before systemd can be asked the command fails.
    state = (await run(enter(['systemctl', 'is-system-running', '--wait']), { timeoutMs })).stdout
    return ['running\n', 'degraded\n'].includes(state)
  }
  await until('the host is up', look, timeoutMs)
  if (state === 'running\n') return
  const { stdout } = await run(enter(['systemctl', '--failed', '--plain', '--no-legend']))
  throw new Error(`units of the host failed: ${stdout.trim()}`)
}

/** Processes of another container than nspawn's own: cgroups too, because systemd's programs look at theirs. */
const enterProcess = (pid: number, argv: readonly string[], user?: string): readonly string[] => [
  ...['nsenter', '--target', String(pid), '--net', '--mount', '--pid', '--uts', '--ipc', '--cgroup', '--'],
  ...['setpriv', '--pdeathsig', 'KILL'],
  ...(user === undefined ? [] : ['--reuid', user, '--regid', user, '--init-groups', '--reset-env']),
  '--',
  ...argv,
]

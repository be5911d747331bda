import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '../condition.ts'
import type { Access } from '../credentials.ts'
import type { Daemon } from '../daemon.ts'
import type { HostFacts } from '../host.ts'
import { killCommand } from '../kill.ts'
import { awaitStarted } from '../live/machine.ts'
import { startSite } from '../live/site.ts'
import type { Namespace } from '../namespace.ts'
import { workDirectory } from '../record.ts'
import { mustRun, type RunOptions, type RunResult, run } from '../run.ts'
import { answers } from '../ssh-server.ts'
import { furnishEmulated } from './furnish-emulated.ts'
import { openRootShell, type RootShell } from './root-shell.ts'
import { cardName, findKernel, startVirtualMachine } from './virtual-machine.ts'

/** A server on a machine of its own, kernel and all, which a program emulates: everything takes ten times as long. */
export interface EmulatedHost extends HostFacts {
  /** The network that the host stands in, for its clients. It stays through reboots. */
  readonly namespace: Namespace
  /** Runs something as root. */
  exec(argv: readonly string[], options?: RunOptions): Promise<RunResult>
  /** Restarts it as its own systemd does. Resolves when everything is started. */
  reboot(): Promise<void>
  /** Ends it at once, as pulling the plug would, and removes it. */
  stop(): Promise<void>
}

export interface EmulatedHostOptions extends Access {
  /** A root of `observeEmulatedRoot`; it is not written to. */
  readonly root: string
  /** Its host name, `emulated` unless given. */
  readonly name?: string
}

/** Ten times what a boot takes on two processors that have nothing else to do. */
const bootTimeoutMs = 20 * 60_000

/** Starts an emulated host; it takes a minute and a half, and with busy processors several. Root on Linux only. */
export const startEmulatedHost = async (options: EmulatedHostOptions): Promise<EmulatedHost> => {
  const site = await startSite({ name: 'emulated', ...options, card: cardName })
  const { facts, namespace, root, folder } = site
  try {
    await furnishEmulated(root, facts)
    const kernel = findKernel(options.root)
    const machine = await startVirtualMachine(namespace, root, kernel, `${folder}/console.log`)
    site.beforeStop(() => endMachine(machine))
    let shell = await awaitBooted(machine, facts)
    site.beforeStop(() => shell.close())
    return {
      ...facts,
      namespace,
      exec: (argv, limits) => run(shell.enter(argv), limits),
      reboot: async () => {
        const before = await readBootId(shell)
        // The shutdown may end the command before it could answer.
        await run(shell.enter(['systemctl', '--no-block', 'reboot']), { timeoutMs: bootTimeoutMs })
        await until('the host has shut down', () => !shell.running(), bootTimeoutMs)
        await shell.close()
        shell = await awaitBooted(machine, facts)
        if ((await readBootId(shell)) === before) throw new Error('the host did not restart')
      },
      stop: site.stop,
    }
  } catch (error) {
    await site.stop()
    throw error
  }
}

/**
 * Giving its memory back takes a busy machine longer than the end of a namespace may take. After a pause of the emulator
 * nsenter, its parent, would not see it off.
 */
const endMachine = async (machine: Daemon): Promise<void> => {
  machine.resume()
  killCommand('nsenter', machine.pid)
  await machine.ended
}

const awaitBooted = async (machine: Daemon, facts: HostFacts): Promise<RootShell> => {
  const look = async (): Promise<boolean> => {
    if (!machine.running()) throw new Error(`the machine ended: ${machine.log()}`)
    // Every try is work for a machine that has enough of it.
    await sleep(1_000)
    return await answers(facts.address4, facts.sshPort)
  }
  await until('the host answers by SSH', look, bootTimeoutMs)
  const shell = await openRootShell(facts, workDirectory(facts.id))
  try {
    await awaitStarted(shell.enter, bootTimeoutMs)
  } catch (error) {
    await shell.close()
    throw error
  }
  return shell
}

/** Another one after each boot. */
const readBootId = (shell: RootShell): Promise<string> =>
  mustRun(shell.enter(['cat', '/proc/sys/kernel/random/boot_id']), { timeoutMs: bootTimeoutMs })

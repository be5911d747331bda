import { randomBytes } from 'node:crypto'
import type { LinkAddresses } from '../addresses.ts'
import { removeCgroups } from '../cgroups.ts'
import clientInit from '../client-init.py?raw'
import { type Access, type Credentials, installCredentials, makeCredentials } from '../credentials.ts'
import type { HostExecOptions, HostFacts } from '../host.ts'
import { writeHostFile } from '../host-files.ts'
import { connectHost, disconnectHost } from '../links.ts'
import { type Namespace, startNamespace } from '../namespace.ts'
import { observeProcess } from '../process-identity.ts'
import { removeWorkDirectory, workDirectory, writeRecord } from '../record.ts'
import { mustRun, type RunResult, run } from '../run.ts'
import { type Running, startRunning } from '../running.ts'
import { bootMachine, type Machine } from './machine.ts'
import { choosePrograms, type Programs } from './programs.ts'
import { type LayeredRoot, layerRoot } from './root-layer.ts'
import { renderNetwork, surround } from './surroundings.ts'

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
export interface LiveHost extends HostFacts {
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
export const startLiveHost = async (options: LiveHostOptions): Promise<LiveHost> => {
  const id = randomBytes(4).toString('hex')
  const name = options.name ?? 'live'
  writeRecord(id, null)
  const undo: (() => Promise<void>)[] = [async () => removeWorkDirectory(id), () => removeCgroups(id)]
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    const namespace = await startNamespace(clientInit, {}, (pid) => writeRecord(id, observeProcess(pid)))
    undo.push(namespace.stop)
    const uplink = await connectHost(namespace)
    undo.splice(-1, 0, () => disconnectHost(uplink))
    await surround(namespace, uplink)
    const root = await layerRoot(namespace, options.root)
    const credentials = await makeCredentials(workDirectory(id))
    await furnish(root, name, uplink.addresses, credentials, options)
    const machine = await bootMachine(namespace, root, id, name, `${workDirectory(id)}/console.log`)
    const facts = {
      ...{ id, name, sshPort: 22 as const, ...credentials },
      ...{ address4: uplink.addresses.far4, address6: uplink.addresses.far6 },
      machineAddress4: uplink.addresses.near4,
      machineAddress6: uplink.addresses.near6,
    }
    return hostOf(facts, machine, namespace, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

/** Gives a root of a suite the name, the addresses and the user of this host. */
const furnish = async (
  root: LayeredRoot,
  name: string,
  addresses: LinkAddresses,
  credentials: Credentials,
  options: LiveHostOptions,
): Promise<void> => {
  await writeHostFile(root, '/etc/hostname', `${name}\n`)
  await writeHostFile(root, '/etc/hosts', `127.0.0.1 localhost\n::1 localhost\n127.0.1.1 ${name}\n`)
  await writeHostFile(root, '/etc/machine-id', `${randomBytes(16).toString('hex')}\n`)
  await writeHostFile(root, '/etc/systemd/network/10-host0.network', renderNetwork(addresses))
  await mustRun(root.enter(['rm', '-f', '/etc/resolv.conf']))
  await mustRun(root.enter(['systemctl', '--quiet', 'enable', 'systemd-networkd', 'ssh']))
  await mustRun(root.enter(['systemctl', '--quiet', 'disable', 'memcached']))
  // Nothing of it can be had here, and looking for it takes the processors' time.
  await mustRun(root.enter(['systemctl', '--quiet', 'mask', 'apt-daily.timer', 'apt-daily-upgrade.timer']))
  await choosePrograms(root, options)
  await installCredentials(root, credentials, options)
}

const hostOf = (
  facts: Omit<HostFacts, 'dockerSocket'>,
  machine: Machine,
  namespace: Namespace,
  stop: () => Promise<void>,
): LiveHost => ({
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

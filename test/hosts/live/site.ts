import { randomBytes } from 'node:crypto'
import { removeCgroups } from '../cgroups.ts'
import clientInit from '../client-init.py?raw'
import { type Access, makeCredentials } from '../credentials.ts'
import type { HostFacts } from '../host.ts'
import { connectHost, disconnectHost } from '../links.ts'
import { type Namespace, startNamespace } from '../namespace.ts'
import { observeProcess } from '../process-identity.ts'
import { removeWorkDirectory, workDirectory, writeRecord } from '../record.ts'
import { furnish } from './furnish.ts'
import type { Programs } from './programs.ts'
import { type LayeredRoot, layerRoot } from './root-layer.ts'
import { surround } from './surroundings.ts'

export interface SiteOptions extends Access, Programs {
  /** A root of `ensureRoot`; it is not written to. */
  readonly root: string
  readonly name: string
  /** The name of the host's network card to be. */
  readonly card: string
}

/** All that a host needs before it boots: a network with the machine in it, files of its own, and a user with keys. */
export interface Site {
  readonly facts: HostFacts
  /** The network that the host stands in, for its clients. */
  readonly namespace: Namespace
  readonly root: LayeredRoot
  /** For logs and sockets. */
  readonly folder: string
  /** Adds what has to be done before anything of the site is removed; what was added last is done first. */
  beforeStop(step: () => Promise<void>): void
  /** Ends everything that runs there, and removes it. */
  stop(): Promise<void>
}

/** Makes a site; it takes about a second. Root on Linux only. */
export const startSite = async (options: SiteOptions): Promise<Site> => {
  const { name } = options
  const id = randomBytes(4).toString('hex')
  const folder = workDirectory(id)
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
    const credentials = await makeCredentials(folder)
    const { addresses } = uplink
    await furnish(root, { ...options, addresses, credentials })
    const facts = {
      ...{ id, name, sshPort: 22 as const, ...credentials },
      ...{ address4: addresses.far4, address6: addresses.far6 },
      machineAddress4: addresses.near4,
      machineAddress6: addresses.near6,
    }
    return { facts, namespace, root, folder, beforeStop: (step) => undo.push(step), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

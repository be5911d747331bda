import { clientLink } from './addresses.ts'
import clientInit from './client-init.py?raw'
import type { HostNamespace } from './host.ts'
import { connectClient, uplinkName } from './links.ts'
import { startNamespace } from './namespace.ts'
import { mustRun, type RunOptions, type RunResult, run } from './run.ts'
import { type Running, startRunning } from './running.ts'

/** A computer on its own subnet beside a host; whatever it sends goes to the host. */
export interface Client {
  readonly index: number
  readonly address4: string
  readonly address6: string
  exec(argv: readonly string[], options?: RunOptions): Promise<RunResult>
  spawn(argv: readonly string[]): Promise<Running>
  stop(): Promise<void>
}

export interface ClientOptions {
  /** The number of the subnet, 0 to 63; each client of a host has another. */
  readonly index: number
  /** Further addresses, with their lengths, that the host is given a route to: `203.0.113.200/32`. */
  readonly addresses?: readonly string[]
}

/** @param host the namespace of a host, or the one around a live host */
export const startClient = async (
  host: Pick<HostNamespace, 'namespace'>,
  options: ClientOptions,
): Promise<Client> => {
  const { index } = options
  const link = clientLink(index)
  const name = `client${index}`
  const namespace = await startNamespace(clientInit, {})
  const stop = async (): Promise<void> => {
    await namespace.stop()
    await run(host.namespace.enter(['ip', 'link', 'del', name]))
  }
  try {
    await connectClient(host.namespace, namespace, name, link)
    for (const address of options.addresses ?? []) {
      await mustRun(namespace.enter(['ip', 'addr', 'add', address, 'dev', uplinkName]))
      await mustRun(host.namespace.enter(['ip', 'route', 'add', address, 'dev', name]))
    }
  } catch (error) {
    await stop()
    throw error
  }
  return {
    index,
    address4: link.far4,
    address6: link.far6,
    exec: (argv, execOptions) => run(namespace.enter(argv), execOptions),
    spawn: async (argv) => startRunning(namespace.enter(argv)),
    stop,
  }
}

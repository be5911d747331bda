import { existsSync, readFileSync } from 'node:fs'
import { hostLink, type LinkAddresses, linkCount, linkPrefix } from './addresses.ts'
import { until } from './condition.ts'
import type { Namespace } from './namespace.ts'
import { mustRun, run } from './run.ts'

/** The machine's end of a link to a host. */
export interface Uplink {
  readonly name: string
  /** 0 to 63, of the name and the addresses. */
  readonly index: number
  /** The kernel's number of it: another host may get the name as soon as it is free. */
  readonly number: string
  readonly addresses: LinkAddresses
}

/** The name of the link inside a host; a client's is `client0`, `client1`, … in its host. */
export const uplinkName = 'uplink'

/** Connects a host with the machine over the first free link. Creating the link by name is what claims its addresses. */
export const connectHost = async (host: Namespace): Promise<Uplink> => {
  for (let index = 0; index < linkCount; index += 1) {
    const name = `${linkPrefix}${index}`
    if (existsSync(`/sys/class/net/${name}`)) continue
    const far = ['type', 'veth', 'peer', 'name', uplinkName, 'netns', String(host.pid)]
    const made = await run(['ip', 'link', 'add', name, ...far])
    if (made.status !== 0 && existsSync(`/sys/class/net/${name}`)) continue
    if (made.status !== 0) throw new Error(`the link ${name} could not be made: ${made.stderr.trim()}`)
    const addresses = hostLink(index)
    await setUp(machine, [`addr add ${addresses.near4}/30 dev ${name}`, `link set ${name} up`])
    // A machine without IPv6 still plays with IPv4.
    await run(['ip', 'addr', 'add', `${addresses.near6}/64`, 'dev', name, 'nodad'])
    await addressEnd(host, uplinkName, addresses.far4, addresses.far6)
    return { name, index, number: observeNumber(name) ?? '', addresses }
  }
  throw new Error(`all ${linkCount} links to sandbox hosts are taken`)
}

/** Connects a client with its host: the client's default routes lead to the host. */
export const connectClient = async (
  host: Namespace,
  client: Namespace,
  name: string,
  { near4, far4, near6, far6 }: LinkAddresses,
): Promise<void> => {
  const near = ['link', 'add', name, 'netns', String(host.pid)]
  await mustRun(['ip', ...near, 'type', 'veth', 'peer', 'name', uplinkName, 'netns', String(client.pid)])
  await addressEnd(host, name, near4, near6)
  const routes = [`route add default via ${near4}`, `route add ::/0 via ${near6}`]
  await addressEnd(client, uplinkName, far4, far6, routes)
}

/**
 * Waits until the kernel has taken the machine's end away, which it does a moment after the host's namespace ends. It is
 * not deleted by its name: another host may have made a link under the same name by then.
 */
export const disconnectHost = ({ name, number }: Uplink): Promise<void> =>
  until(`the link ${name} is gone`, () => observeNumber(name) !== number)

const observeNumber = (name: string): string | null => {
  try {
    return readFileSync(`/sys/class/net/${name}/ifindex`, 'utf8').trim()
  } catch {
    return null
  }
}

const addressEnd = (
  end: Namespace,
  name: string,
  address4: string,
  address6: string,
  routes: readonly string[] = [],
): Promise<void> =>
  setUp(end, [
    `addr add ${address4}/30 dev ${name}`,
    `addr add ${address6}/64 dev ${name} nodad`,
    `link set ${name} up`,
    ...routes,
  ])

const machine: Pick<Namespace, 'enter'> = { enter: (argv) => argv }

/** Hands ip all of its commands at once: a program for each takes longer than the commands. */
const setUp = async (end: Pick<Namespace, 'enter'>, commands: readonly string[]): Promise<void> => {
  await mustRun(end.enter(['ip', '-batch', '-']), { input: `${commands.join('\n')}\n` })
}

import type { HostNamespace } from '../test/hosts/host.ts'

/**
 * Ways to hold the IPv6 connections of each port at a number.
 *
 * - `none`: nothing is held.
 * - `tracked`: nothing is held, and the kernel tracks IPv6 connections, as all the others need it.
 * - `map`: nftables, port to a chain for each number that was sold, where a dynamic set counts for each port.
 * - `meter`: the same with one number for all. (A set with a number for each port can't be had: the kernel takes `ct count`
 *   in dynamic sets only, and forgets their elements, with their numbers, as soon as a port has no connection.)
 * - `tree`: ip6tables, a rule for each port, in chains of a hundred. `flat`: all in one chain.
 */
export type Limit = 'none' | 'tracked' | 'map' | 'meter' | 'tree' | 'flat'

/** A program with its standard input. */
export interface Command {
  readonly argv: readonly string[]
  readonly input: string
}

const low = 20_000
/** How many ports share a chain of the tree. */
const branch = 100
const table = 'bench'
const chain = 'BENCH-LIMIT'
/** As many different numbers were sold. */
const kinds = 8
const begins = 'tcp flags & (fin|syn|rst|ack) == syn'

const listPorts = (count: number): number[] => Array.from({ length: count }, (_, index) => low + index)

/** Removes all limits; each part may be missing. */
export async function clearLimits(host: HostNamespace): Promise<void> {
  await host.exec(['nft', 'delete', 'table', 'ip6', table])
  await restore(host, ['*filter', '-F', '-X', 'COMMIT'])
}

/** Puts one way in place for the ports of `count` tenants that were sold `most` connections each. */
export async function loadLimit(
  host: HostNamespace,
  limit: Limit,
  count: number,
  most: number,
): Promise<void> {
  if (limit === 'none') return
  if (limit === 'tree' || limit === 'flat') {
    await restore(host, ['*filter', ...renderChains(limit, count, most), 'COMMIT'])
    return
  }
  const done = await host.exec(['nft', '-f', '-'], {
    input: renderTable(limit, count, most),
    timeoutMs: 60_000,
  })
  if (done.status !== 0) throw new Error(`nft failed: ${done.stderr}`)
}

/** The command that changes the limit of one tenant, with all others in place; null: none is needed. */
export function renderChange(limit: Limit, count: number, most: number): Command | null {
  const port = low + (count >> 1)
  if (limit === 'map') {
    const lines = [
      `delete element ip6 ${table} sold { ${port} }`,
      `add element ip6 ${table} sold { ${sell(port, most)} }`,
    ]
    return { argv: ['nft', '-f', '-'], input: `${lines.join('\n')}\n` }
  }
  if (limit !== 'tree' && limit !== 'flat') return null
  const name = limit === 'flat' ? chain : branchOf(port)
  const ports = listPorts(count).filter((each) => limit === 'flat' || branchOf(each) === name)
  const rules = limit === 'flat' ? [] : ports.map((each) => renderRule(name, each, most))
  const one = [`-D ${chain} ${limitOf(port, most)}`, `-A ${chain} ${limitOf(port, most)}`]
  const lines = limit === 'flat' ? one : [`:${name} - [0:0]`, ...rules]
  return {
    argv: ['ip6tables-restore', '--noflush'],
    input: `${['*filter', ...lines, 'COMMIT'].join('\n')}\n`,
  }
}

function renderTable(limit: 'tracked' | 'map' | 'meter', count: number, most: number): string {
  const seen = (name: string): string => `set ${name} {\ntype inet_service\nsize 65536\nflags dynamic\n}`
  const hold = (name: string, each: number): string =>
    `add @${name} { tcp dport ct count over ${each} } reject with tcp reset`
  const numbers = Array.from({ length: kinds }, (_, kind) => most + kind)
  const parts = {
    tracked: [],
    map: [
      ...numbers.flatMap((each) => [
        seen(`seen${each}`),
        `chain most${each} {\n${hold(`seen${each}`, each)}\n}`,
      ]),
      `map sold {\ntype inet_service : verdict\nsize 65536\nelements = { ${listPorts(count)
        .map((port) => sell(port, most))
        .join(', ')} }\n}`,
    ],
    meter: [seen('seen')],
  }
  const rules = {
    tracked: 'ct state invalid counter',
    map: `${begins} tcp dport vmap @sold`,
    meter: `${begins} tcp dport ${low}-29999 ${hold('seen', most)}`,
  }
  const input = `chain input {\ntype filter hook input priority 0\niif "lo" return\n${rules[limit]}\n}`
  return `table ip6 ${table} {\n${[...parts[limit], input].join('\n')}\n}\n`
}

/** An element of the map: which number was sold on that port. */
const sell = (port: number, most: number): string => `${port} : jump most${most + ((port - low) % kinds)}`

function renderChains(limit: 'tree' | 'flat', count: number, most: number): string[] {
  const jump = `-I INPUT ! -i lo -p tcp -m tcp --dport ${low}:29999 --syn -j ${chain}`
  if (limit === 'flat')
    return [`:${chain} - [0:0]`, ...listPorts(count).map((port) => renderRule(chain, port, most)), jump]
  const branches = [...new Set(listPorts(count).map(branchOf))]
  return [
    `:${chain} - [0:0]`,
    ...branches.map((name) => `:${name} - [0:0]`),
    ...branches.map((name) => `-A ${chain} -p tcp -m tcp --dport ${portsOf(name)} -j ${name}`),
    ...listPorts(count).map((port) => renderRule(branchOf(port), port, most)),
    jump,
  ]
}

const branchOf = (port: number): string => `${chain}-${Math.floor(port / branch)}`

function portsOf(name: string): string {
  const first = Number(name.slice(chain.length + 1)) * branch
  return `${first}:${first + branch - 1}`
}

const limitOf = (port: number, most: number): string =>
  `-p tcp -m tcp --dport ${port} -m connlimit --connlimit-above ${most} --connlimit-mask 0 --connlimit-daddr -j REJECT --reject-with tcp-reset`

const renderRule = (name: string, port: number, most: number): string => `-A ${name} ${limitOf(port, most)}`

async function restore(host: HostNamespace, lines: readonly string[]): Promise<void> {
  const input = `${lines.join('\n')}\n`
  const done = await host.exec(['ip6tables-restore', '--noflush'], { input, timeoutMs: 120_000 })
  if (done.status !== 0) throw new Error(`ip6tables-restore failed: ${done.stderr}`)
}

import { z } from 'zod'
import type { Client } from './client.ts'
import type { HostFacts } from './host.ts'
import script from './sweep.py?raw'

/** A range of ports, both ends included. */
export interface PortRange {
  readonly from: number
  readonly to: number
}

/** The range of tenant ports unless a host says otherwise. */
export const tenantPorts: PortRange = { from: 20_000, to: 29_999 }

const totals = z.object({ rounds: z.int(), packets: z.int() })
type SweepTotals = z.infer<typeof totals>

/** A sweep that is going on. */
export interface Sweep {
  /** Waits until at least `rounds` further rounds are through. */
  more(rounds: number, timeoutMs?: number): Promise<void>
  stop(): Promise<SweepTotals>
}

/**
 * Lets `client` send a SYN to every port of the range, over both families, without an end. `pauseMs` between rounds
 * leaves the machine some air.
 */
export const startSweep = async (
  client: Client,
  host: HostFacts,
  { from, to }: PortRange = tenantPorts,
  pauseMs = 20,
): Promise<Sweep> => {
  const targets = [client.address4, host.address4, client.address6, host.address6]
  const range = [String(from), String(to), String(pauseMs / 1_000)]
  const running = await client.spawn(['/usr/bin/python3', '-IS', '-c', script, ...range, ...targets])
  const rounds = async (): Promise<number> => (await running.output()).split('\n').length - 1
  return {
    more: async (count, timeoutMs = 30_000) => {
      await running.waitFor(`{"rounds": ${(await rounds()) + count}}`, timeoutMs)
    },
    stop: async () => {
      await running.end()
      await running.exited()
      return totals.parse(JSON.parse((await running.output()).trim().split('\n').at(-1) ?? ''))
    },
  }
}

/** Packets that came to the client from the host's port range. */
export interface BackCount {
  readonly packets4: number
  readonly packets6: number
}

const families = ['iptables', 'ip6tables'] as const

/** Any packet, or all but those that say that nobody listens (RST). */
export type CountedPackets = 'any' | 'answers'

const matches = { any: [], answers: ['!', '--tcp-flags', 'RST', 'RST'] } as const

/**
 * Puts counting rules into the client's own raw table, before anything else there could take a packet.
 * @returns a function that reads the counters
 */
export const countBack = async (
  client: Client,
  host: HostFacts,
  { from, to }: PortRange = tenantPorts,
  counted: CountedPackets = 'any',
): Promise<() => Promise<BackCount>> => {
  const addresses = { iptables: host.address4, ip6tables: host.address6 }
  const sport = ['-p', 'tcp', '--sport', `${from}:${to}`, ...matches[counted]]
  for (const program of families) {
    const rule = ['-s', addresses[program], ...sport]
    const added = await client.exec([program, '-t', 'raw', '-A', 'PREROUTING', ...rule])
    if (added.status !== 0) throw new Error(`nothing can be counted: ${added.stderr}`)
  }
  return async () => ({
    packets4: await readCounter(client, 'iptables', sport.slice(2)),
    packets6: await readCounter(client, 'ip6tables', sport.slice(2)),
  })
}

/** A sample of a line: `-A PREROUTING -s 198.51.100.2/32 -p tcp -m tcp --sport 20000:29999 -c 10003 400120` */
const readCounter = async (
  client: Client,
  program: (typeof families)[number],
  match: readonly string[],
): Promise<number> => {
  const { stdout } = await client.exec([program, '-t', 'raw', '-S', 'PREROUTING', '-v'])
  const found = stdout.split('\n').find((line) => line.includes(` ${match.join(' ')} -c `))
  const count = / -c (\d+) /.exec(found ?? '')
  if (count === null) throw new Error(`the counter is gone: ${stdout}`)
  return Number(count[1])
}

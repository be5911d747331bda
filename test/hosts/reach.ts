import { z } from 'zod'
import answerAll from './answer-all.py?raw'
import type { Client } from './client.ts'
import type { HostNamespace } from './host.ts'
import script from './reach-out.py?raw'
import type { Running } from './running.ts'

/** A packet that a program that took a container over would send; source port 0 is any. */
export type Try = readonly [protocol: string, address: string, port: number, sourcePort: number]

const tryText = z.tuple([z.string(), z.string(), z.int(), z.int()])
const roundText = z.strictObject({ pid: z.int(), tries: z.int(), answered: z.array(tryText) })

/** All tries of one process, at once. */
export type Round = z.infer<typeof roundText>

const python = ['/usr/bin/python3', '-IS', '-c']
const tcpPorts = [22, 53, 80, 443, 2375, 3306, 6379, 8099, 11_211, 20_000, 20_001]
const udpPorts = [53, 123, 443, 8099, 11_211]

/** Lines of the program; the last one may not be whole yet. */
export const readRounds = (output: string): Round[] =>
  output
    .split('\n')
    .slice(0, -1)
    .map((line) => roundText.parse(JSON.parse(line)))

/** Each place by TCP, UDP, also from the engine's own port, and ICMP. */
export const listTries = (places: readonly string[]): Try[] =>
  places.flatMap((place) => [
    ...tcpPorts.map((port): Try => ['tcp', place, port, 0]),
    ...udpPorts.map((port): Try => ['udp', place, port, 0]),
    ...[53, 123, 8099].map((port): Try => ['udp', place, port, 11_211]),
    ['icmp', place, 0, 0],
  ])

/** Answers there whatever comes to ports that are tried; a host has its own SSH server. */
export const answerEverything = async (place: Pick<Client, 'spawn'>, isHost: boolean): Promise<Running> => {
  const running = await place.spawn([...python, answerAll, ...(isHost ? [] : ['22']), '53', '80', '8099'])
  await running.waitFor('answering')
  return running
}

/**
 * Tries once, as a memcached that was taken over would: the image's user, without capabilities, in the network of the
 * container with that process.
 * @returns what answered within a second
 */
export const tryFrom = async (host: HostNamespace, pid: string, tries: readonly Try[]): Promise<Try[]> => {
  const user = ['setpriv', '--reuid=11211', '--regid=11211', '--clear-groups', '--bounding-set=-all']
  const argv = ['nsenter', '-t', pid, '-n', ...user, '--no-new-privs', ...python, script, '1']
  const { stdout, stderr } = await host.exec(argv, { input: `${JSON.stringify(tries)}\n` })
  if (stderr !== '') throw new Error(stderr)
  return z.array(tryText).parse(JSON.parse(stdout))
}

/** Tries that go on from every container of the host, also those that begin meanwhile. */
export interface TryingOn {
  rounds(): Promise<Round[]>
  stop(): Promise<void>
}

/** From the moment that a container's memcached runs, as the image's user, to its last, again and again. */
export const tryOn = async (host: HostNamespace, tries: readonly Try[]): Promise<TryingOn> => {
  const running = await host.spawn([...python, script, '0.3', 'memcached', '11211'])
  await running.write(`${JSON.stringify(tries)}\n`)
  return {
    rounds: async () => readRounds(await running.output()),
    stop: async () => {
      await running.end()
      await running.exited()
    },
  }
}

/** Packets that containers began to exchange, and got by the filter. */
export interface OutCount {
  /** On the host, behind the filter. */
  readonly host: number
  /** At a computer outside, whatever sender the host gave them. */
  readonly outside: number
}

const begun = [
  ['-p', 'tcp', '--syn'],
  ['-p', 'udp'],
  ['-p', 'icmp', '--icmp-type', 'echo-request'],
]

/** Counts where the filter is passed, and at `outside`, which nothing else writes to. */
export const countOut = async (
  host: HostNamespace,
  outside: Client,
): Promise<{ read(): Promise<OutCount> }> => {
  for (const packets of begun) await addCounter(host, 'iptables', ['-i', 'mh+', ...packets])
  await addCounter(host, 'ip6tables', ['-i', 'mh+'])
  const arrived = await countArriving(outside)
  return { read: async () => ({ host: await readCounters(host), outside: await arrived() }) }
}

/** Counts what is begun by others at `outside`, which nothing else writes to; @returns reads it */
export const countArriving = async (outside: Client): Promise<() => Promise<number>> => {
  for (const packets of begun) await addCounter(outside, 'iptables', ['!', '-i', 'lo', ...packets])
  for (const packets of begun.slice(0, 2))
    await addCounter(outside, 'ip6tables', ['!', '-i', 'lo', ...packets])
  return () => readCounters(outside)
}

const addCounter = async (
  place: Pick<Client, 'exec'>,
  program: string,
  rule: readonly string[],
): Promise<void> => {
  const { status, stderr } = await place.exec([program, '-t', 'mangle', '-A', 'PREROUTING', ...rule])
  if (status !== 0) throw new Error(`nothing can be counted: ${stderr}`)
}

/** A sample of a line: `-A PREROUTING -i mh+ -p udp -c 103 4120` */
const readCounters = async (place: Pick<Client, 'exec'>): Promise<number> => {
  let sum = 0
  for (const [program, least] of [
    ['iptables', 3],
    ['ip6tables', 1],
  ] as const) {
    const { stdout } = await place.exec([program, '-t', 'mangle', '-S', 'PREROUTING', '-v'])
    const counts = [...stdout.matchAll(/^-A .* -c (\d+) \d+$/gm)]
    if (counts.length < least) throw new Error(`counters are gone: ${stdout}`)
    for (const [, count] of counts) sum += Number(count)
  }
  return sum
}

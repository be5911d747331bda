import type { NftChain } from '../../../core/host/describe-nftables.ts'
import type { Doors } from '../../../domain/doors.ts'
import { isAtLeast } from '../../../domain/helper-version.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import { isDown, isHeard, type Listening } from '../../../domain/tenant-listeners.ts'
import { renderForeignText } from '../../adapters/limit.ts'
import type { CallOptions } from '../../adapters/link.ts'
import type { HelperReply } from '../../adapters/netfilter/replies.ts'
import type { HostAccess } from '../host/host-pool.ts'
import type { ObservedTenants } from './observe-tenants.ts'

/** The first helper that can say it. */
const sayingIt = '1.3.0'
/** As the helper cuts a rule, with the program before it. */
const longestRule = 520
/** As the kernel has it. */
const longestNftName = 255
/** An open page looks every few seconds, and whose port is taken may stay so for days. */
const namesHoldMs = 15_000
/** A look at all tenants of a host has 5 s. */
const nameWithin = { timeoutMs: 2_000 }

/**
 * The listeners on the ports of a host's tenants; null where they cannot be had, which says nothing of the tenants.
 * Docker without its proxy has no listener of that kind.
 */
export async function observeListening(access: HostAccess): Promise<Listening | null> {
  const { host, seen } = access
  if (host.mode !== 'filtered' || seen.addressFacts?.userlandProxy === false) return null
  return orNull(async () => toListening(await askListeners(access, false)))
}

/**
 * The same, with the names of those who listen on the port of a tenant whose container is down. Going through all
 * processes of a host takes a while, so it is asked only then.
 */
export async function nameTaken(
  access: HostAccess,
  { records, containers }: ObservedTenants,
  listening: Listening | null,
): Promise<Listening | null> {
  if (listening === null || access.seen.addressFacts?.userlandProxy === false) return null
  const taken = [...records.values()]
    .filter(({ id, port }) => isDown(containers.get(id) ?? null) && isHeard(listening, port))
    .map(({ port }) => port)
    .sort()
  if (taken.length === 0) return listening
  return { ...listening, programs: await nameOnce(access, taken.join()) }
}

/** Names hold for a while, as long as the same ports are taken. */
async function nameOnce(access: HostAccess, ports: string): Promise<Listening['programs']> {
  const { seen } = access
  const known = seen.takenBy
  if (known?.ports === ports && performance.now() - known.at < namesHoldMs) return known.programs
  const named = await orNull(async () => toListening(await askListeners(access, true, nameWithin)))
  seen.takenBy = { ports, at: performance.now(), programs: named?.programs ?? [] }
  return seen.takenBy.programs
}

/**
 * Ways to tenants beside Docker: listeners with their names, and rules; and where Docker's own rules lead.
 * @param answersDocker whether Docker answers on the host: one that hangs is not asked once more
 */
export async function observeDoors(
  access: HostAccess,
  answersDocker: () => Promise<boolean>,
): Promise<Doors | null> {
  return orNull(async () => {
    const reply = await askListeners(access, true)
    const translations = reply.translations.map(({ family, rule }) =>
      renderForeignText(`${family === 4 ? 'iptables' : 'ip6tables'} -t nat ${rule}`, longestRule),
    )
    const { goneOfDocker } = reply
    // An earlier helper refuses the question.
    const led = (await answersDocker())
      ? await orNull(() => access.helper.request<'listeners'>({ op: 'listeners', docker: true }))
      : null
    const astray = led?.astray ?? null
    return { listening: toListening(reply), translations, nftables: toNftables(reply), goneOfDocker, astray }
  })
}

/** @throws ProblemError HELPER_INCOMPATIBLE, and as any request */
async function askListeners(
  { helper, host }: HostAccess,
  deep: boolean,
  options?: CallOptions,
): Promise<HelperReply<'listeners'>> {
  const version = await helper.observeVersion()
  if (isAtLeast(version, sayingIt)) return helper.request<'listeners'>({ op: 'listeners', deep }, options)
  const details = { host: host.name, found: version, speaks: sayingIt }
  throw new ProblemError({ code: 'HELPER_INCOMPATIBLE', details })
}

function toListening({ ipv6, unusual, programs }: HelperReply<'listeners'>): Listening {
  return {
    ipv6,
    unusual: new Map(unusual.map(({ port, addresses }) => [port, addresses])),
    programs: programs.map(({ program, ...rest }) => ({
      ...rest,
      program: program === null ? null : renderForeignText(program),
    })),
  }
}

function toNftables({ nftables }: HelperReply<'listeners'>): Doors['nftables'] {
  if (nftables === null) return null
  const clean = ({ family, table, chain }: NonNullable<typeof nftables>['unclear'][number]): NftChain => ({
    family,
    table: renderForeignText(table, longestNftName),
    chain: chain === null ? null : renderForeignText(chain, longestNftName),
  })
  return { leading: nftables.leading.map(clean), unclear: nftables.unclear.map(clean) }
}

async function orNull<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ProblemError) return null
    throw error
  }
}

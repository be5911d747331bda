import type { AddressFacts } from '../../../domain/endpoint.ts'
import type {
  HelperFacts,
  HostFacts,
  HostObservation,
  Observed,
  SudoAccess,
} from '../../../domain/host-observation.ts'
import { defaultPortRange } from '../../../domain/port-range.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import { renderForeignText } from '../../adapters/limit.ts'
import { observeAccounts } from '../../adapters/netfilter/accounts.ts'
import { observeHostFacts } from '../../adapters/netfilter/host-facts.ts'
import type { RootAnswer } from '../../adapters/prepare/await-root.ts'
import { observeRoot } from '../../adapters/prepare/observe-root.ts'
import { observeDoors } from '../tenant/observe-listening.ts'
import type { HostAccess } from './host-pool.ts'
import { observeDocker } from './observe-docker.ts'
import { toFilterFacts } from './observe-filter.ts'
import { ensureInput, observeInput } from './observe-input.ts'

/** A look that has begun: the host is connected, and each part arrives when it is seen. */
export interface HostLook {
  readonly link: HostObservation['link']
  readonly facts: Promise<HostObservation['facts']>
  readonly docker: Promise<HostObservation['docker']>
  /** Which ways to Docker and to ports are taken is known then. */
  readonly ways: Promise<void>
  /** All of it, with the ways. */
  readonly whole: Promise<HostObservation>
}

/**
 * Looks at everything that matters of a host. Parts that cannot be seen say why, beside those that can.
 * @throws ProblemError only when the host itself cannot be reached or logged in to
 */
export async function observeHost(access: HostAccess): Promise<HostObservation> {
  return (await beginLook(access)).whole
}

/**
 * The same, for whoever wants each part as soon as it is seen.
 * @throws ProblemError when the host itself cannot be reached or logged in to
 */
export async function beginLook(access: HostAccess): Promise<HostLook> {
  const { link, host } = access
  await link.connect().catch((error: unknown) => {
    // A socket that does not answer is Docker's matter and one line of the check; a host that does not is everything.
    if (link.info().kind === 'ssh') throw error
  })
  const facts = attempt(observeFactsAnew(access))
  const docker = attempt(observeDocker(access))
  const ways = Promise.all([docker, tryPort(access)]).then(() => {})
  const finish = async (): Promise<HostObservation> => {
    const operating = observeOperating(access, docker)
    const parts = await Promise.all([facts, docker, operating, observeSudo(access, operating), ways])
    const {
      kind,
      docker: dockerRoute,
      login,
      isRelayed: portsRelayed = false,
      isCrowded = false,
    } = link.info()
    return {
      ...{
        host: host.name,
        link: kind,
        dockerRoute,
        portsRelayed,
        isCrowded,
        login,
        platform: process.platform,
      },
      ...{ facts: parts[0], docker: parts[1], ...parts[2], sudo: parts[3] },
    }
  }
  const whole = finish()
  // It may fail while a part of it is awaited; whoever awaits it afterwards learns of it.
  whole.catch(() => undefined)
  return { link: link.info().kind, facts, docker, ways, whole }
}

/** Where forwarding is forbidden the link learns it by trying; whether anybody listens on that port does not matter. */
async function tryPort({ link, host }: HostAccess): Promise<void> {
  if (link.info().kind !== 'ssh') return
  const stream = await link.openPort(host.rangeFrom).catch((error: unknown) => {
    if (!(error instanceof ProblemError)) throw error
  })
  stream?.destroy()
}

/** Addresses and settings of Docker may have changed since the connection was made: lists go by the newest, too. */
async function observeFactsAnew({ link, host, seen }: HostAccess): Promise<HostFacts> {
  const facts = await observeHostFacts(link, host.name)
  seen.addressFacts = facts
  return facts
}

/** Facts that decide which addresses tenants are given; looked at once for each connection. */
export async function observeAddressFacts(access: HostAccess): Promise<AddressFacts> {
  const [facts] = await Promise.all([
    access.seen.addressFacts ?? observeHostFacts(access.link, access.host.name),
    // A host by socket without a helper has no filter to ask.
    ensureInput(access),
  ])
  access.seen.addressFacts = facts
  return facts
}

/** The result of the work, or the problem that it met. */
export async function attempt<T>(work: Promise<T>): Promise<Observed<T>> {
  try {
    return { kind: 'ok', value: await work }
  } catch (error) {
    if (error instanceof ProblemError) return { kind: 'failed', problem: error.problem }
    throw error
  }
}

/** Names in other forms are no login names of a host: they are not looked up, shown or taken out. */
const isLogin = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/.test(name)

/** The helper, and then the accounts of those whom it names. */
async function observeOperating(
  access: HostAccess,
  docker: Promise<Observed<unknown>>,
): Promise<Pick<HostObservation, 'helper' | 'accounts'>> {
  const helper = await attempt(observeHelper(access, docker))
  if (helper.kind === 'failed') return { helper, accounts: { kind: 'ok', value: [] } }
  const { operators, rules } = helper.value
  const uids = (rules ?? []).flatMap(({ uid }) => uid ?? [])
  return { helper, accounts: await attempt(observeAccounts(access.link, operators, uids)) }
}

async function observeHelper(access: HostAccess, docker: Promise<Observed<unknown>>): Promise<HelperFacts> {
  const { helper } = access
  const [hello, observed] = await Promise.all([
    helper.request<'hello'>({ op: 'hello' }),
    helper.request<'observe'>({ op: 'observe' }),
  ])
  const { state, kernel, rules, ruleTags } = observed
  const input = state === null ? null : await observeInput(access)
  const doors = state === null ? null : await observeDoors(access, async () => (await docker).kind === 'ok')
  const places = Object.values(state?.tenants ?? {}).map(({ id, name, port }) => ({ id, name, port }))
  const operators = new Set([...(state?.operators ?? []), ...(rules ?? []).map(({ name }) => name)])
  const names = [...operators].filter(isLogin).sort()
  return {
    ...toFilterFacts(observed),
    saved: observed.saved,
    version: hello.version,
    sha256: hello.sha256,
    configured: hello.configured,
    operators: names,
    rules,
    ruleTags,
    revision: hello.revision,
    range: hello.range ?? defaultPortRange,
    supernet: hello.supernet,
    backend: kernel.backend ?? 'none',
    ipv6: kernel.base.length === 0 || kernel.base.some(({ family }) => family === 6),
    bridges: kernel.bridges,
    earlierRanges: kernel.earlierRanges,
    strayPorts: kernel.strayPorts,
    tenants: places.length,
    places,
    doors,
    input,
  }
}

/**
 * The right to become root without a password, by the status of a command; where there is none and the helper does not
 * answer either, by whether sudo asks for one. That is not asked more often than it matters: it can make a PAM module call
 * a person. A probe that ended without an answer is told in its words, and decides nothing.
 */
async function observeSudo(
  { link, timeLimits, waitForSudo }: HostAccess,
  operating: Promise<Pick<HostObservation, 'helper'>>,
): Promise<SudoAccess> {
  const timeoutMs = timeLimits.startMs
  try {
    const { status } = await link.run('sudoProbe', '', { timeoutMs })
    if (status === 0) return { kind: 'free' }
    // sudo works there, and does not do that without a password.
    if ((await operating).helper.kind === 'ok') return { kind: 'password' }
    return toAccess(await waitForSudo(observeRoot(link, timeoutMs)))
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const { problem } = error
    switch (problem.code) {
      case 'TIMED_OUT':
        return { kind: 'unclear', words: `nothing within ${problem.details.afterMs / 1_000} s` }
      case 'COMMAND_FAILED':
        return { kind: 'unclear', words: problem.details.reason }
      case 'LOGIN_UNUSABLE':
        return { kind: 'unclear', words: problem.details.printed || 'nothing' }
      default:
        throw error
    }
  }
}

function toAccess(answer: RootAnswer): SudoAccess {
  switch (answer.kind) {
    case 'root':
      return { kind: 'free' }
    case 'asks':
    case 'retries':
      return { kind: 'password' }
    case 'asks-more':
      return { kind: 'unclear', words: renderForeignText(answer.question) }
    case 'refuses':
      return { kind: 'unclear', words: renderForeignText(answer.words) }
    case 'too-much':
      return { kind: 'unclear', words: 'more than is read of it' }
  }
}

import { createHash } from 'node:crypto'
import { networkSubnet } from '../../src/domain/host-names.ts'
import { foldName } from '../../src/domain/name.ts'
import { fail } from '../../src/domain/problem-error.ts'
import { problemOfRefusal } from '../../src/main/adapters/netfilter/refusals.ts'
import type { HelperReply } from '../../src/main/adapters/netfilter/replies.ts'
import type { HelperRequest } from '../../src/main/adapters/netfilter/requests.ts'
import { bundledHelper } from '../../src/main/adapters/prepare/bundled-helper.ts'
import { answerInTrouble, type HelperTroubles, noTroubles } from './helper-troubles.ts'

type HelperState = NonNullable<HelperReply<'observe'>['state']>
type HelperRecord = HelperState['tenants'][string]
type Wanted = Extract<HelperRequest, { op: 'reserve' }>['tenant']

const tenantsPerNetwork = 500
const keptDays = 30
const dayMs = 86_400_000

/** The facts of a host that is only in memory, for its helper. */
export interface MemoryMachine {
  /** As the store calls it. */
  readonly host: () => string
  readonly memTotalMb: number
  /** Ports of the host on which something listens. */
  readonly listening: () => ReadonlySet<number>
  /** The tenant whose container listens on that port. */
  readonly whoListens: (port: number) => string | undefined
  /** Whether Docker has the tenant's container. */
  readonly hasContainer: (tenantId: string) => boolean
  /** The connections that clients of those of these tenants hold whose containers run. */
  readonly countClients: (tenantIds: readonly string[]) => HelperReply<'clients'>['clients']
  readonly now: () => Date
}

/** The helper's records and its answers, without a packet filter behind them. */
export interface MemoryHelper {
  /** @throws ProblemError as the real helper's refusals are told */
  readonly answer: (request: HelperRequest) => unknown
  /** The records, to fill them. */
  readonly state: HelperState
  /** The entries that are closed in the filter only, by tenants' ids; there is no filter that it would change. */
  readonly unrecorded: Record<string, string[]>
  readonly troubles: HelperTroubles
}

/** The rule of its only operator. */
const rules = [{ name: 'deploy', uid: 1000 }]

export function createMemoryHelper(machine: MemoryMachine): MemoryHelper {
  const { memTotalMb } = machine
  const state: HelperState = {
    revision: 1,
    hostId: `memory-${machine.host()}`,
    range: { from: 20_000, to: 29_999 },
    supernet: '10.213.0.0/16',
    reservedMb: Math.max(256, Math.ceil(memTotalMb / 10)),
    operators: ['deploy'],
    tenants: {},
    released: [],
  }
  /** At which revision each entry of a tenant was written, and at which it was opened (`*`); others were always there. */
  const since = new Map<string, ReadonlyMap<string, number>>()
  const replies = new Map<string, { request: string; reply: object }>()

  const refuse = (op: HelperRequest['op'], code: string, message: string, details: object): never =>
    fail(problemOfRefusal(machine.host(), op, { ok: false, code, message, details: { ...details } }))

  function requireMemory(op: HelperRequest['op'], askedMb: number, insteadOf = 0): void {
    let promised = -insteadOf
    for (const { limitMb } of Object.values(state.tenants)) promised += limitMb
    const freeMb = memTotalMb - state.reservedMb - promised
    if (askedMb <= freeMb || askedMb <= insteadOf) return
    const free = Math.max(freeMb, 0)
    refuse(op, 'memory', `${askedMb} MB were asked for and ${free} MB are free.`, { askedMb, freeMb: free })
  }

  function choosePort(freeAfterDays: number): number {
    const { from, to } = state.range
    const used = new Set(Object.values(state.tenants).map(({ port }) => port))
    const since = machine.now().getTime() - freeAfterDays * dayMs
    const resting = new Set(state.released.filter(({ at }) => Date.parse(at) > since).map(({ port }) => port))
    const listening = machine.listening()
    for (let port = from; port <= to; port += 1) {
      if (!used.has(port) && !resting.has(port) && !listening.has(port)) return port
    }
    const quarantined = [...resting].filter((port) => port >= from && port <= to && !used.has(port)).length
    const words = `No port is left between ${from} and ${to}; ${quarantined} were released lately.`
    return refuse('reserve', 'ports', words, { from, to, quarantined })
  }

  function requirePort(op: HelperRequest['op'], port: number, tenantId: string): number {
    const { from, to } = state.range
    const releases = state.released.filter((entry) => entry.port === port)
    const isOwn = releases.some((entry) => entry.tenantId === tenantId)
    const reason =
      port < from || port > to
        ? 'is outside the range'
        : Object.values(state.tenants).some((tenant) => tenant.port === port)
          ? "is another tenant's"
          : releases.some((entry) => entry.tenantId !== tenantId)
            ? 'was released by another tenant lately'
            : machine.listening().has(port) && !isOwn && machine.whoListens(port) !== tenantId
              ? 'has a listener'
              : undefined
    return reason === undefined ? port : refuse(op, 'port', `Port ${port} ${reason}.`, { port, reason })
  }

  function requireName(name: string): void {
    const holder = Object.values(state.tenants).find((each) => foldName(each.name) === foldName(name))
    if (holder === undefined) return
    const details = { name: holder.name, tenantId: holder.id }
    refuse('reserve', 'name', 'Another tenant has this name.', details)
  }

  function chooseNetwork(): number {
    const counts = new Map<number, number>()
    for (const { network } of Object.values(state.tenants))
      counts.set(network, (counts.get(network) ?? 0) + 1)
    for (let index = 1; index <= 64; index += 1)
      if ((counts.get(index) ?? 0) < tenantsPerNetwork) return index
    return refuse('reserve', 'networks', 'All 64 tenant networks are full.', { networks: 64 })
  }

  function requireRevision(op: HelperRequest['op'], held: HelperRecord, expected: number | null): void {
    if (expected === null || expected === held.revision) return
    const details = { expected, found: held.revision, tenant: held }
    refuse(op, 'stale', 'It was changed meanwhile.', details)
  }

  function keep(record: Omit<HelperRecord, 'revision'>): number {
    const held = state.tenants[record.id]
    const before = since.get(record.id) ?? new Map<string, number>()
    state.revision += 1
    const present = new Set(held === undefined ? [] : keysOf(held))
    const atOf = (key: string): number => (present.has(key) ? (before.get(key) ?? 0) : state.revision)
    since.set(record.id, new Map(keysOf(record).map((key) => [key, atOf(key)])))
    state.tenants[record.id] = { ...record, revision: state.revision }
    return state.revision
  }

  function release({ port, id }: HelperRecord): string {
    const now = machine.now()
    const oldest = now.getTime() - keptDays * dayMs
    const kept = state.released.filter((entry) => Date.parse(entry.at) >= oldest && entry.port !== port)
    const at = now.toISOString()
    state.released = [...kept, { port, at, tenantId: id }]
    return at
  }

  const placeOf = ({ port, network, revision }: HelperRecord, existed: boolean): HelperReply<'reserve'> => {
    const { subnet } = networkSubnet(state.supernet, network)
    return { replayed: false, port, network, subnet, revision, existed }
  }

  function reserve(request: Extract<HelperRequest, { op: 'reserve' }>): HelperReply<'reserve'> {
    const { tenant: wanted, port, freeAfterDays = keptDays } = request
    const held = state.tenants[wanted.id]
    if (held !== undefined) {
      if (!isSameWish(held, wanted) || (port !== null && port !== held.port)) {
        refuse('reserve', 'exists', 'This tenant exists already with other values.', { tenant: held })
      }
      return placeOf(held, true)
    }
    requireName(wanted.name)
    requireMemory('reserve', wanted.limitMb)
    const chosen = port === null ? choosePort(freeAfterDays) : requirePort('reserve', port, wanted.id)
    const record = { ...copyWish(wanted), port: chosen, network: chooseNetwork(), open: false, allow: [] }
    const revision = keep(record)
    return placeOf({ ...record, revision }, false)
  }

  function put(request: Extract<HelperRequest, { op: 'put' }>): HelperReply<'put'> {
    const { tenant: wanted, ifRevision, port = 'keep-back' } = request
    const held = state.tenants[wanted.id]
    if (held === undefined) {
      return refuse('put', 'absent', 'This tenant has no reservation here.', { tenantId: wanted.id })
    }
    requireRevision('put', held, ifRevision)
    if (wanted.network !== held.network) {
      refuse('put', 'reservation', 'The network is that of the reservation.', { network: held.network })
    }
    const isMoved = wanted.port !== held.port
    if (isMoved) requirePort('put', wanted.port, wanted.id)
    requireMemory('put', wanted.limitMb, held.limitMb)
    if (isMoved && port === 'keep-back') release(held)
    const allow = wanted.allow.map(({ cidr, label }) => ({ cidr, label }))
    const { network, open } = wanted
    const revision = keep({ ...copyWish(wanted), port: wanted.port, network, open, allow })
    return { replayed: false, revision, entries: open ? countEntries(allow) : 0, cut: [] }
  }

  function close(request: Extract<HelperRequest, { op: 'close' }>): HelperReply<'close'> {
    const { tenantId, cidrs, asOf } = request
    const held = state.tenants[tenantId]
    const rest = { replayed: false, cut: [], problems: [] }
    if (held === undefined) {
      const nothing = { open: false, allow: [], closed: [], left: [] }
      return { ...rest, ...nothing, absent: true, was: 0, revision: state.revision }
    }
    const asked = new Set(cidrs ?? ['*'])
    const isLater = (key: string): boolean => asOf !== null && (since.get(tenantId)?.get(key) ?? 0) > asOf
    const present = keysOf(held).filter((key) => asked.has(key))
    const [left, closed] = [present.filter(isLater), present.filter((key) => !isLater(key))]
    const open = held.open && !closed.includes('*')
    const allow = held.allow.filter(({ cidr }) => !closed.includes(cidr))
    const revision = keep({ ...held, open, allow })
    return { ...rest, absent: false, was: held.revision, revision, open, allow, closed, left }
  }

  function remove(request: Extract<HelperRequest, { op: 'remove' }>): HelperReply<'remove'> {
    const { tenantId, ifRevision, port = 'keep-back' } = request
    const held = state.tenants[tenantId]
    if (held === undefined)
      return { replayed: false, absent: true, revision: state.revision, releasedAt: null }
    requireRevision('remove', held, ifRevision)
    if (machine.hasContainer(tenantId)) {
      const container = `memharbor-${tenantId}`
      refuse('remove', 'container', `The container ${container} is still there.`, { containers: [container] })
    }
    const releasedAt = port === 'keep-back' ? release(held) : null
    delete state.tenants[tenantId]
    since.delete(tenantId)
    state.revision += 1
    return { replayed: false, absent: false, revision: state.revision, releasedAt }
  }

  /** The same id with the same content gets the first reply again. */
  function once<Reply extends object>(
    request: HelperRequest & { operationId: string },
    work: () => Reply,
  ): Reply {
    const text = JSON.stringify(request)
    const known = replies.get(request.operationId)
    if (known !== undefined) {
      if (known.request === text) return { ...known.reply, replayed: true } as Reply
      const words = 'This operation id was used for something else.'
      return refuse(request.op, 'operation', words, { operationId: request.operationId })
    }
    const before = state.revision
    const reply = work()
    if (state.revision !== before) replies.set(request.operationId, { request: text, reply })
    return reply
  }

  const unrecorded: MemoryHelper['unrecorded'] = {}
  const troubles = noTroubles()
  const sound: Pick<MemoryHelper, 'answer' | 'state' | 'unrecorded'> = {
    ...{ state, unrecorded },
    answer(request) {
      switch (request.op) {
        case 'hello':
          return hello(state, memTotalMb)
        case 'records':
          return { ...records(state, request), unrecorded }
        case 'observe':
          return {
            ...{ condition: 'ok', state: { ...state }, kernel: healthyKernel(state), rules },
            ruleTags: 'exec',
            unrecorded: { damaged: false, tenants: unrecorded },
            openPaths: [],
            unwritable: null,
            saved: [],
          }
        case 'reserve':
          return once(request, () => reserve(request))
        case 'put':
          return once(request, () => put(request))
        case 'close':
          return once(request, () => close(request))
        case 'remove':
          return once(request, () => remove(request))
        case 'listeners': {
          const ports = Object.values(state.tenants).map(({ port }) => port)
          const heard = machine.listening()
          const unusual = ports.filter((port) => !heard.has(port)).map((port) => ({ port, addresses: [] }))
          return {
            ipv6: true,
            unusual,
            programs: [],
            translations: [],
            nftables: { leading: [], unclear: [] },
            goneOfDocker: [],
            astray: [],
            input: request.input === true ? [] : null,
          }
        }
        case 'clients':
          return { clients: machine.countClients(request.tenantIds) }
        case 'denied':
          return { sources: [], total: 0 }
        case 'restore':
          return { changed: [], removed: [], problems: [] }
        default:
          return refuse(request.op, 'internal', 'A host in memory is prepared already and stays so.', {})
      }
    },
  }
  return { ...sound, troubles, answer: answerInTrouble(troubles, sound, refuse) }
}

const keysOf = ({ open, allow }: Pick<HelperRecord, 'open' | 'allow'>): string[] => [
  ...allow.map(({ cidr }) => cidr),
  ...(open ? ['*'] : []),
]

function copyWish({ id, name, memoryMb, maxConnections, limitMb, notes, tags, createdAt }: Wanted) {
  return { id, name, memoryMb, maxConnections, limitMb, notes, tags: [...tags], createdAt }
}

function isSameWish(held: HelperRecord, wanted: Wanted): boolean {
  const keys = ['name', 'memoryMb', 'maxConnections', 'limitMb'] as const
  return keys.every((key) => held[key] === wanted[key])
}

/** The port itself, and every range; `/0` is two entries, because the kernel's set takes no `/0`. */
function countEntries(allow: readonly { readonly cidr: string }[]): number {
  return allow.reduce((sum, { cidr }) => sum + (cidr.endsWith('/0') ? 2 : 1), 1)
}

/** The history of a host in memory is one line: its digests follow from the revisions. */
const historyAt = (hostId: string, revision: number): string =>
  createHash('sha256').update(`${hostId} ${revision}`).digest('hex')

function records(
  state: HelperState,
  { tenantId, known }: Extract<HelperRequest, { op: 'records' }>,
): Omit<HelperReply<'records'>, 'unrecorded'> {
  const { hostId, revision } = state
  const isAncestor =
    known == null ? null : known.revision <= revision && known.history === historyAt(hostId, known.revision)
  const unchanged = isAncestor === true && known?.revision === revision
  const tenants = unchanged ? {} : pickRecords(state, tenantId ?? null)
  return { revision, history: historyAt(hostId, revision), unchanged, isAncestor, tenants }
}

function pickRecords({ tenants }: HelperState, tenantId: string | null): HelperState['tenants'] {
  if (tenantId === null) return tenants
  const held = tenants[tenantId]
  return held === undefined ? {} : { [tenantId]: held }
}

function hello(state: HelperState, memTotalMb: number): HelperReply<'hello'> {
  const { hostId, revision, range, supernet, reservedMb } = state
  const { version, sha256 } = bundledHelper
  return {
    ...{ version, protocol: 1, sha256, memTotalMb, configured: true, state: 'ok' },
    ...{
      hostId,
      revision,
      history: historyAt(hostId, revision),
      range,
      supernet,
      reservedMb,
      operatorKnown: true,
      startFiles: true,
    },
  }
}

function healthyKernel({ tenants }: HelperState): HelperReply<'observe'>['kernel'] {
  const base = { present: true, first: true, closed: true, complete: true }
  const entries = Object.values(tenants).reduce((sum, { open, allow }) => sum + (open ? allow.length : 0), 0)
  return {
    backend: 'nft',
    otherBackendRules: 0,
    base: [
      { family: 4, ...base },
      { family: 6, ...base },
    ],
    sets: [{ name: 'mh4', present: true, entries }],
    drift: { missing: [], surplus: [], missingCount: 0, surplusCount: 0 },
    problems: [],
    bridgeCallsIptables: true,
    bridges: [],
    earlierRanges: [],
    strayPorts: [],
    ephemeral: { from: 32_768, to: 60_999 },
  }
}

import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import pLimit from 'p-limit'
import { fail } from '../../src/domain/problem-error.ts'
import { containerLimitMb } from '../../src/domain/sizing.ts'
import type { DockerApi } from '../../src/main/adapters/docker/docker.ts'
import { readStatus, toDockerProblem } from '../../src/main/adapters/docker/problems.ts'
import { withLimit } from '../../src/main/adapters/limit.ts'
import type { CallOptions, Link } from '../../src/main/adapters/link.ts'
import type { HostObservationText } from '../../src/main/adapters/netfilter/host-facts.ts'
import type { HelperReply } from '../../src/main/adapters/netfilter/replies.ts'
import type { HelperSession } from '../../src/main/adapters/netfilter/session.ts'
import { bundledHelper } from '../../src/main/adapters/prepare/bundled-helper.ts'
import type { RemoteCommand } from '../../src/main/adapters/remote-commands.ts'
import type { StoredHost } from '../../src/main/adapters/store/hosts.ts'
import type { StoredTenant } from '../../src/main/adapters/store/tenants.ts'
import type { TimeLimits } from '../../src/main/adapters/time-limits.ts'
import type { HostAccess } from '../../src/main/services/host/host-pool.ts'
import { createHelperLedger } from '../../src/main/services/tenant/helper-ledger.ts'
import { openMemoryCache } from './memory-cache.ts'
import { createMemoryDocker, type MemoryDocker } from './memory-docker.ts'
import { createMemoryHelper, type MemoryHelper } from './memory-helper.ts'
import { createTraffic } from './traffic.ts'

/** Connections beside those that are sold. */
const keptForPanel = 4

/** How a host in memory behaves: as it should, not at all, or late. */
export type MemoryMood =
  | { readonly kind: 'well' }
  | { readonly kind: 'down' }
  | { readonly kind: 'slow'; readonly delayMs: number }

/** A host that is only in memory: for pictures and for speed with more tenants than a machine can run. */
export interface MemoryHost {
  readonly docker: MemoryDocker
  readonly helper: MemoryHelper
  mood: MemoryMood
  /** Of its last start. */
  bootId: string
  /** How many looks, changes and questions came. */
  calls: number
  /** How many of them have no answer yet. */
  underWay: number
  /** Puts tenants there as if this panel had made them. */
  readonly fill: (tenants: readonly StoredTenant[], stateOf: (tenant: StoredTenant) => MemoryState) => void
  readonly open: (host: StoredHost, timeLimits: TimeLimits) => HostAccess
  /** From now on so many connections are open to the cache of that tenant. */
  readonly crowd: (tenantId: string, connections: number) => void
}

/** The state of a tenant's container; `lost`: it is gone. */
export type MemoryState = 'running' | 'exited' | 'lost'

/** As much as 2,500 of the seeded tenants are promised, and half as much again. */
const memTotalMb = 1_572_864

export function createMemoryHost(name: string, address: string): MemoryHost {
  const now = (): Date => new Date()
  const docker = createMemoryDocker(memTotalMb, now)
  const { listening, whoListens, has: hasContainer } = docker
  let storedName = name
  const countClients = () => []
  const machine = {
    host: () => storedName,
    memTotalMb,
    listening,
    whoListens,
    hasContainer,
    countClients,
    now,
  }
  const helper = createMemoryHelper(machine)
  const traffic = createTraffic()
  const host: MemoryHost = {
    crowd: traffic.crowd,
    ...{ docker, helper, mood: { kind: 'well' }, calls: 0, underWay: 0, bootId: randomUUID() },
    fill(tenants, stateOf) {
      for (const tenant of tenants) {
        const state = stateOf(tenant)
        remember(helper, tenant)
        if (state !== 'lost') docker.place(tenant, state)
      }
    },
    open(stored, timeLimits) {
      storedName = stored.name
      return openAccess(host, stored, address, traffic, timeLimits)
    },
  }
  return host
}

function remember({ state }: MemoryHelper, tenant: StoredTenant): void {
  const { id, name, port, network, memoryMb, maxConnections, notes, createdAt, open, revision } = tenant
  if (port === null || network === null) return
  const limitMb = containerLimitMb(memoryMb)
  const [tags, allow] = [[...tenant.tags], tenant.allow.map((entry) => ({ ...entry }))]
  state.tenants[id] = {
    ...{ id, name, port, network, memoryMb, maxConnections, limitMb, notes, createdAt, open },
    ...{ tags, allow, revision },
  }
  state.revision = Math.max(state.revision, revision)
}

function openAccess(
  memory: MemoryHost,
  host: StoredHost,
  address: string,
  traffic: ReturnType<typeof createTraffic>,
  timeLimits: TimeLimits,
): HostAccess {
  let isClosed = false
  /** Every call waits and fails as one over a network does. */
  const within = <T>(action: string, options: CallOptions, work: () => T | Promise<T>): Promise<T> => {
    const { timeoutMs = timeLimits.callMs, signal } = options
    memory.calls += 1
    memory.underWay += 1
    const ended = withLimit({ host: host.name, action, timeoutMs, signal }, async (inner) => {
      const { mood } = memory
      if (mood.kind === 'slow') await pause(mood.delayMs, undefined, { signal: inner })
      if (mood.kind === 'down' || isClosed) {
        const reason = 'nothing answers at port 22'
        fail({ code: 'HOST_UNREACHABLE', details: { host: host.name, address, reason } })
      }
      return work()
    })
    return ended.finally(() => {
      memory.underWay -= 1
    })
  }
  const link: Link = {
    host: host.name,
    connect: (options = {}) => within('connect', options, () => {}),
    openDocker: () => fail({ code: 'DOCKER_UNREACHABLE', details: { host: host.name, reason: inMemory } }),
    openPort: (port, options = {}) =>
      within('open a port', options, () => {
        const tenantId = memory.docker.whoListens(port)
        const record = tenantId === undefined ? undefined : memory.helper.state.tenants[tenantId]
        if (tenantId === undefined || record === undefined) {
          const details = { host: host.name, port, reason: 'nothing listens there' }
          return fail({ code: 'PORT_UNREACHABLE', details })
        }
        const startedAt = memory.docker.startedAt(tenantId) ?? new Date()
        const figures = () => traffic.figures(tenantId, record.memoryMb, startedAt)
        const actions = { flush: () => traffic.flush(tenantId), limit: () => {} }
        return openMemoryCache(figures, actions, record.maxConnections + keptForPanel)
      }),
    run: (command, _input, options = {}) =>
      within(`run ${command}`, options, () => {
        const stdout = renderOutput(command, address, memory.bootId)
        const isKnown = stdout !== '' || command === 'sudoProbe'
        return { status: isKnown ? 0 : 127, stdout, stderr: isKnown ? '' : inMemory }
      }),
    start: () =>
      fail({ code: 'COMMAND_FAILED', details: { host: host.name, command: '', reason: inMemory } }),
    info: () => ({
      ...{ kind: 'ssh', docker: 'stream-local', login: null, refused: false, refusedBeside: false },
      connected: memory.mood.kind !== 'down',
    }),
    onConnect: () => () => {},
    async close() {
      isClosed = true
    },
  }
  const helper: HelperSession = {
    // One answer for each question, as in the real session; the types of the pairs are the protocol's.
    request: (request, options = {}) =>
      within(request.op, options, () => memory.helper.answer(request) as HelperReply<typeof request.op>),
    observeVersion: (options = {}) => within('hello', options, () => bundledHelper.version),
    observeRegistry: (options = {}) => within('hello', options, () => memory.helper.state.hostId),
    isStarting: () => false,
    renew: async () => {},
    close: () => Promise.resolve(),
  }
  return {
    ...{ host, link, helper, closer: helper, docker: openDocker(memory, host, within) },
    ledger: createHelperLedger(helper),
    timeLimits,
    inFew: pLimit(8),
    waitForSudo: (work) => work,
    seen: {
      networks: new Map(),
      unrecorded: new Map(),
      written: new Map(),
      closings: new Map(),
      closedAt: new Map(),
      told: new Set(),
      made: new Map(),
      ends: new Map(),
      imageDefaults: new Map(),
      flushes: new Map(),
      dialled: address,
    },
  }
}

const inMemory = 'this host is only in memory'

function openDocker(
  { docker }: MemoryHost,
  host: StoredHost,
  within: <T>(action: string, options: CallOptions, work: () => Promise<T>) => Promise<T>,
): DockerApi {
  return {
    open: async () => docker.api,
    call: <T>(
      action: string,
      make: (api: typeof docker.api) => Promise<T>,
      options: CallOptions & { expected?: readonly number[] } = {},
    ) =>
      within(action, options, async () => {
        try {
          return await make(docker.api)
        } catch (error) {
          const status = readStatus(error)
          if (status !== undefined && (options.expected ?? []).includes(status)) return undefined as T
          throw toDockerProblem(host.name, action, error)
        }
      }),
  }
}

/** The output of a command there. */
function renderOutput(command: RemoteCommand, address: string, bootId: string): string {
  switch (command) {
    case 'observe':
      return JSON.stringify(renderFacts(address, bootId))
    case 'accounts': {
      const accounts = [{ name: 'deploy', account: 'present', uid: 1000, docker: true }]
      return `ready\n${JSON.stringify({ v: 1, accounts })}\n`
    }
    default:
      return ''
  }
}

/** The output of resources/host/observe.py there. */
function renderFacts(address: string, bootId: string): HostObservationText {
  const { sha256, version } = bundledHelper
  return {
    v: 1,
    system: {
      ...{ id: 'ubuntu', version: '24.04', name: 'Ubuntu 24.04.3 LTS', kernel: '6.8.0-87-generic' },
      ...{ arch: 'x86_64', python: '3.12.3', systemd: true },
      bootId,
    },
    user: { name: 'deploy', uid: 1000, shell: '/bin/bash', groups: ['deploy', 'docker'] },
    docker: {
      ...{ program: '/usr/bin/docker', daemon: '/usr/bin/dockerd', access: 'ok' },
      ...{ snap: false, podman: null, rootless: false, containerd: true, units: null },
      ...{ userlandProxy: true, iptables: true },
    },
    filter: {
      ...{ iptables: 'iptables v1.8.10 (nf_tables)', backend: 'nft', ip6tables: true, ipset: true },
      ...{ ss: true, nft: true, nftablesEnabled: false, ufwActive: false, firewalldActive: false },
      ...{ bridgeCallsIptables: true, saved: [] },
    },
    helper: { present: true, sha256, version },
    memory: { totalMb: memTotalMb, availableMb: Math.round(memTotalMb * 0.37) },
    network: {
      addresses: { v4: [address], v6: [] },
      source: { v4: address, v6: null },
      ssh: { peer: '198.51.100.7', local: address },
      ephemeral: { from: 32_768, to: 60_999 },
      ...{ reserved: [], interfaces: [], routes: [], ways: [], forwards: true, conntrack: null },
      listeners: [{ address: '0.0.0.0', port: 22 }],
    },
    memcached: { version: '1.6.45' },
    leftovers: { policy: false },
  }
}

import type { Problem } from '../../src/contract/problem.ts'
import type { DriftSide } from '../../src/core/host/describe-drift.ts'
import type {
  BundledHelper,
  DockerFacts,
  HelperFacts,
  HostFacts,
  HostObservation,
  Observed,
} from '../../src/domain/host-observation.ts'

export const bundled: BundledHelper = { version: '1.2.3', sha256: 'a'.repeat(64) }

export const facts: HostFacts = {
  osName: 'Ubuntu 24.04.1 LTS',
  kernel: '6.8.0-50-generic',
  user: 'deploy',
  uid: 1000,
  shell: '/bin/bash',
  dockerProgram: true,
  podman: null,
  ownDocker: false,
  snapDocker: false,
  dockerUnits: null,
  iptables: { version: 'v1.8.10', backend: 'nft' },
  ipset: true,
  systemd: true,
  bootId: null,
  nftablesService: false,
  helper: bundled,
  memTotalMb: 16_000,
  memAvailableMb: 12_000,
  ephemeral: { from: 32_768, to: 60_999 },
  reservedPorts: [],
  interfaces: [{ device: 'eth0', address: '203.0.113.80', prefix: 24 }],
  routes: [{ to: '10.213.0.0/22', device: 'mh1', via: null, table: 'main' }],
  ways: [{ bridge: 'mh1', device: 'mh1' }],
  forwards: true,
  conntrack: null,
  addresses4: ['203.0.113.80'],
  addresses6: ['2001:db8::80'],
  listeners: [],
  memcachedVersion: null,
  userlandProxy: true,
  dockerWritesRules: true,
  saved: [],
  policyLeft: false,
}

export const docker: DockerFacts = {
  version: '29.0.1',
  apiVersion: '1.52',
  desktop: false,
  rootless: false,
  memTotalMb: 16_000,
  networks: ['memharbor-1'],
  subnets: [
    { name: 'bridge', subnet: '172.17.0.0/16' },
    { name: 'memharbor-1', subnet: '10.213.0.0/22' },
  ],
  pools: [{ base: '172.28.0.0/14', size: 16 }],
  tenants: [],
  elsewhere: [],
  guests: [],
  renamed: [],
  copies: [],
  earlier: [],
  resolving: [],
  changed: [],
  running: [],
  down: [],
  staysDown: [],
  paused: [],
  missingLimits: { memory: false, processes: false, cgroupVersion: '2' },
  publishedPorts: [],
  image: { id: `sha256:${'b'.repeat(64)}`, memcached: '1.6.45' },
}

export const noEntries: DriftSide = { count: 0, access: 0, first: [] }
/** Entries of acme's port, the first of them named. */
export const entries = (...cidrs: readonly string[]): DriftSide => ({
  ...{ count: cidrs.length + 1, access: cidrs.length },
  first: cidrs.slice(0, 5).map((cidr) => ({ cidr, port: 20_000, tenant: 'acme' })),
})

export const helper: HelperFacts = {
  version: bundled.version,
  sha256: bundled.sha256,
  configured: true,
  condition: 'ok',
  operators: ['deploy'],
  rules: [{ name: 'deploy', uid: 1000 }],
  ruleTags: 'exec',
  revision: 4,
  range: { from: 20_000, to: 29_999 },
  supernet: '10.213.0.0/16',
  backend: 'nft',
  bothBackends: false,
  baseInPlace: true,
  ipv6: true,
  unread: null,
  drift: { surplus: noEntries, missing: noEntries },
  earlierRanges: [],
  strayPorts: [],
  tenants: 0,
  bridges: [],
  places: [],
  doors: null,
  input: null,
  openPaths: [],
  saved: [],
  unwritable: null,
  filterOnly: { damaged: false, tenants: [] },
}

export const ok = <T>(value: T): Observed<T> => ({ kind: 'ok', value })
export const failed = (problem: Problem): { readonly kind: 'failed'; readonly problem: Problem } => ({
  kind: 'failed',
  problem,
})

/** A host with which everything is well. */
export const ready: HostObservation = {
  host: 'web',
  link: 'ssh',
  dockerRoute: 'stream-local',
  portsRelayed: false,
  isCrowded: false,
  login: null,
  platform: 'linux',
  facts: ok(facts),
  docker: ok(docker),
  helper: ok(helper),
  accounts: ok([{ name: 'deploy', account: 'present', uid: 1000, docker: true }]),
  sudo: { kind: 'password' },
}

export const withFacts = (change: Partial<HostFacts>): HostObservation => ({
  ...ready,
  facts: ok({ ...facts, ...change }),
})
export const withDocker = (change: Partial<DockerFacts>): HostObservation => ({
  ...ready,
  docker: ok({ ...docker, ...change }),
})
export const withHelper = (change: Partial<HelperFacts>): HostObservation => ({
  ...ready,
  helper: ok({ ...helper, ...change }),
})

export const notPrepared = failed({
  code: 'HOST_NOT_PREPARED',
  details: { host: 'web', missing: ['the helper'] },
})
export const noDocker = failed({
  code: 'DOCKER_UNREACHABLE',
  details: { host: 'web', reason: 'its socket does not exist' },
})

/** A fresh Ubuntu server: SSH and sudo, nothing else. */
export const bare: HostObservation = {
  ...withFacts({ dockerProgram: false, iptables: null, ipset: false, helper: null }),
  docker: noDocker,
  helper: notPrepared,
}

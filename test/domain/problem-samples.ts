import type { z } from 'zod'
import type { Problem, ProblemCode, problemDetails } from '../../src/contract/problem.ts'
import { unusableLoginSchema } from '../../src/contract/unusable-login.ts'

type Samples = { [Code in ProblemCode]: z.infer<(typeof problemDetails)[Code]> }

/** One example of each problem; the compiler asks for one when a code is added. */
const samples: Samples = {
  INVALID_INPUT: { field: 'tenant name', given: 'a;b', reason: 'only letters are possible' },
  ADDRESS_INVALID: { given: '1.2.3', reason: 'it is not an IPv4 address' },
  NAME_TAKEN: { noun: 'tenant', name: 'acme' },
  NOT_FOUND: { noun: 'host', name: 'web' },
  NAME_AMBIGUOUS: {
    name: 'shop',
    tenants: [
      { name: 'shop@web', host: 'web' },
      { name: '', host: 'db' },
    ],
    unasked: [],
  },
  HOST_NOT_NAMED: { hosts: ['web', 'db'] },
  CONFIRMATION_NEEDED: { loses: 'Deleting acme loses everything in its cache.' },
  HOST_UNREACHABLE: { host: 'web', address: '203.0.113.80:22', reason: 'connection refused' },
  SSH_TOO_OLD: { host: 'web', address: '203.0.113.80:22', lacks: 'a connection without compression' },
  HOST_KEY_UNKNOWN: { host: 'web', address: '203.0.113.80', keyType: 'ssh-ed25519', fingerprint: 'SHA256:a' },
  HOST_KEY_CHANGED: {
    host: 'web',
    address: '203.0.113.80',
    pinned: 'SHA256:a',
    keyType: 'ssh-ed25519',
    fingerprint: 'SHA256:b',
  },
  LOGIN_UNUSABLE: { host: 'web', user: 'deploy', kind: 'other', printed: 'Welcome to web' },
  LOGIN_REFUSED: {
    host: 'web',
    user: 'deploy',
    tried: ['agent', '~/.ssh/id_ed25519'],
    unusable: ['~/.ssh/id: it is broken'],
  },
  LOGIN_METHODS: { host: 'web', user: 'deploy', key: '~/.ssh/id_ed25519', wants: ['password'] },
  AGENT_SILENT: { host: 'web', agent: '/run/agent', asked: 'to list its keys', afterMs: 17_000 },
  AGENT_REFUSED: { host: 'web', agent: '/run/agent', key: 'agent: ada@laptop' },
  IDENTITY_UNREADABLE: { identityFile: '~/.ssh/id', reason: 'it is not a private key' },
  PASSPHRASE_NEEDED: { identityFile: '~/.ssh/id' },
  PASSPHRASE_WRONG: { identityFile: '~/.ssh/id' },
  SSH_CONFIG_UNREADABLE: { target: 'web', reason: 'it names no host' },
  TIMED_OUT: { host: 'web', action: 'log in', afterMs: 2500 },
  CONNECTIONS_TAKEN: {
    ...{ host: 'web', port: 20_000 },
    idle: { tenant: 'acme', address: '203.0.113.9', port: 51_514, seconds: 400 },
  },
  PORT_UNREACHABLE: { host: 'web', port: 20_000, reason: 'connection refused' },
  COMMAND_FAILED: { host: 'web', command: 'python3', reason: 'it is not there' },
  SUDO_PASSWORD_NEEDED: { host: 'web', user: 'deploy' },
  SUDO_PASSWORD_WRONG: { host: 'web', user: 'deploy', words: 'Ying Tong Iddle I Po' },
  SUDO_REFUSED: { host: 'web', user: 'deploy', reason: 'it answers "deploy is not in the sudoers file"' },
  SUDO_SILENT: { host: 'web', afterMs: 60_000 },
  SUDO_OVERRULED: {
    ...{ host: 'web', user: 'deploy', words: 'sudo: a password is required' },
    ...{ rule: '(ALL : ALL) ALL', file: '/etc/sudoers' },
  },
  UID_REUSED: { host: 'web', user: 'bob', uid: 1002, owner: 'ann' },
  STATE_OPEN: { host: 'web', path: '/var/lib/memharbor' },
  BACKENDS_MIXED: { host: 'web', used: 'nft', other: 'legacy', rules: 3 },
  HELPER_NOT_EXECUTABLE: { host: 'web' },
  STATE_UNWRITABLE: { host: 'web', reason: 'its disk is full' },
  DOCKER_DENIED: { host: 'web', user: 'deploy' },
  DOCKER_UNREACHABLE: { host: 'web', reason: 'its socket does not exist' },
  DOCKER_CLIENT_MISSING: { host: 'web' },
  DOCKER_IS_PODMAN: { host: 'web', where: "version 5.8.6 answers at Docker's socket" },
  DOCKER_SILENT: { host: 'web', afterMs: 5000 },
  DOCKER_FAILED: { host: 'web', action: 'start the container', reason: 'the port is taken' },
  DOCKER_RULES_GONE: {
    ...{ host: 'web', action: 'start the container' },
    reason: 'iptables failed: No chain/target/match by that name',
  },
  IMAGE_MISSING: { host: 'web', image: 'memharbor/memcached:current' },
  HOST_NOT_PREPARED: { host: 'web', missing: ['the helper is not installed', 'the image is not there'] },
  FILTER_UNCLEAR: { host: 'web', reason: 'sudo answers "sudo: sorry, you must have a tty to run sudo"' },
  MODE_KEPT: { host: 'web', mode: 'filtered', reason: 'deploy may not become root there', tenants: 2 },
  HOST_LOOPBACK_ONLY: { host: 'mac', reason: 'this computer does not run Linux' },
  PREPARE_FAILED: { host: 'web', step: 'Install the packages ipset', reason: 'apt has no network' },
  PLAN_STALE: { host: 'web' },
  HOST_HAS_TENANTS: { host: 'web', tenants: ['acme'] },
  FIREWALL_SAVED: { host: 'web', path: '/etc/iptables/rules.v4', line: 12 },
  HELPER_FAILED: { host: 'web', op: 'reserve a port', reason: 'it ended' },
  HELPER_INCOMPATIBLE: { host: 'web', found: '2.0.0 with protocol 2', speaks: 'protocol 1' },
  REVISION_STALE: { host: 'web', tenant: 'acme', expected: 3, found: 4 },
  SERVER_REPLACED: { host: 'web', tenant: 'acme' },
  SERVER_TWICE: { host: 'web', other: 'db', isSame: false },
  HOST_PUT_BACK: { host: 'web', tenant: 'acme' },
  RANGE_PUT_BACK: {
    ...{ host: 'web', tenants: ['acme'], inForce: { from: 20_000, to: 20_009 } },
    fitting: { from: 20_000, to: 20_099 },
  },
  NOTES_FULL: { host: 'web', bytes: 12_000_400, most: 12_000_000 },
  ALLOWLISTS_FULL: { host: 'web', entries: 240_001, most: 240_000 },
  MEMORY_OVERCOMMITTED: { host: 'web', askedMb: 90.7, freeMb: 12.9 },
  MEMORY_HELD: {
    ...{ tenant: 'acme', host: 'web', usedMb: 590.4, memoryMb: 16, limitMb: 35 },
    isDropped: false,
  },
  NOT_RESTORABLE: {
    ...{ tenant: 'acme', host: 'web', why: 'port' },
    reason: "its port 20007 is another tenant's",
  },
  PORT_UNAVAILABLE: { host: 'web', port: 20_007, reason: "is another tenant's" },
  NO_PORT_LEFT: { host: 'web', from: 20_000, to: 29_999, quarantined: 12 },
  PORT_RANGE_INVALID: {
    ...{ host: 'web', from: 30_000, to: 40_000, reason: 'it overlaps 32768-60999' },
    ...{ instead: '20000-29999', reserve: '8080,30000-40000' },
  },
  SUPERNET_INVALID: {
    ...{ host: 'web', supernet: '10.213.0.0/16' },
    ...{ reason: 'it overlaps 10.213.8.0/24 of the Docker network probe', instead: '10.214.0.0/16' },
  },
  ENTRY_COVERED: { tenant: 'acme', cidr: '203.0.113.7/32', by: '203.0.113.0/24' },
  ENTRY_ABSENT: { tenant: 'acme', cidr: '203.0.113.7/32', revoked: ['203.0.113.8/32'] },
  NOT_RECORDED: {
    tenant: 'acme',
    host: 'web1',
    action: 'revoking 203.0.113.7/32 of acme',
    reason: 'The store /home/ada/store cannot be used: the disk is full.',
  },
  NOT_IN_FORCE: {
    tenant: 'acme',
    host: 'web1',
    action: 'revoking 203.0.113.7/32 of acme',
    reason: 'Host web1 does not answer: Connection refused.',
    revoked: ['203.0.113.8/32'],
    cut: [{ address: '203.0.113.8', sockets: 2 }],
  },
  CLOSING_FIRST: {
    ...{ tenant: 'acme', host: 'web1', action: 'revoking 203.0.113.7/32 of acme', isInFilter: true },
    reason: '/var/lib/memharbor there cannot be written (Read-only file system).',
  },
  WRITTEN_SINCE: { tenant: 'acme', left: ['203.0.113.7/32'] },
  CLOSED_SINCE: { tenant: 'acme', action: 'revoking 203.0.113.7/32 of acme' },
  NOT_KEPT: {
    ...{ tenant: 'acme', host: 'web1', action: 'revoking 203.0.113.7/32 of acme', until: 'boot' },
    reason: '/var/lib/memharbor there cannot be written (Read-only file system)',
  },
  NOT_CLOSED: {
    ...{ tenant: 'acme', host: 'web1', action: 'revoking 203.0.113.7/32 of acme' },
    reason: 'Host web1 does not answer: Connection refused.',
    store: 'The store /home/ada/store cannot be used: the disk is full. Make room on that disk.',
  },
  NOT_DELETED: {
    ...{ tenant: 'acme', host: 'web1' },
    reason: 'Host web1 did not answer in 10 s while: remove the container.',
  },
  CLOSED_IN_FILTER: { host: 'web1', until: 'boot', reason: 'another change has been running for 2 seconds' },
  DOCKER_RESTARTED: { host: 'web', at: '2026-11-29T09:16:02.5Z' },
  TENANT_ENDED: {
    ...{ tenant: 'acme', host: 'web', at: '2026-11-29T09:16:02.5Z' },
    ...{ status: 137, outOfMemory: true },
  },
  TENANT_SILENT: { tenant: 'acme', host: 'web', port: 20_000, waitedMs: 10_000, log: 'cannot bind' },
  TENANT_RENAMED: { tenant: 'acme', now: 'acme-old' },
  TENANT_BUSY: { tenant: 'acme', state: 'being deleted' },
  NOT_RUNNING: { operation: 'op1abc' },
  SECRETS_LOCKED: { reason: 'the passphrase is another one' },
  SANDBOX_FAILED: { reason: 'apt-get could not install docker.io', said: ['E: no space left'] },
  STORE_BUSY: { path: '/data', owner: 'another command' },
  STORE_UNUSABLE: { path: '/data', reason: 'the disk is full' },
  OWNER_ENDED: { path: '/data' },
  CANCELLED: { action: 'create acme' },
  INTERNAL: { reference: 'a1b2c3d4' },
}

/** One problem of each code. */
export const sampleProblems = Object.entries(samples).map(([code, details]) => ({ code, details }) as Problem)

/** Details that take another way through the sentences than the samples do. */
export const unusualProblems: readonly Problem[] = [
  {
    code: 'ADDRESS_INVALID',
    details: { given: '10.0.0.1/8', reason: 'it is inside', suggestion: '10.0.0.0/8' },
  },
  {
    code: 'ADDRESS_INVALID',
    details: { given: '::/0', reason: 'it opens', suggestion: 'the word "anyone"' },
  },
  {
    code: 'NAME_AMBIGUOUS',
    details: { name: 'shop', tenants: [{ name: 'shop@web', host: 'web' }], unasked: ['db'] },
  },
  {
    code: 'NOT_DELETED',
    details: {
      ...{ tenant: 'acme', host: 'web1', reason: 'Docker on web1 failed to remove the container.' },
      container: { name: 'cache1', own: 'memharbor-abc', networks: ['bridge'] },
    },
  },
  { code: 'NOT_DELETED', details: { tenant: 'acme', host: 'web1', reason: 'It hangs.', container: null } },
  {
    code: 'CLOSING_FIRST',
    details: {
      ...{ tenant: 'acme', host: 'web1', action: 'suspending acme', isInFilter: false },
      reason: 'Host web1 does not answer: Connection refused.',
    },
  },
  { code: 'STATE_UNWRITABLE', details: { host: 'web', reason: 'Read-only file system', isRefused: true } },
  { code: 'HOST_NOT_NAMED', details: { hosts: [] } },
  { code: 'TIMED_OUT', details: { host: 'web', action: 'read the statistics', afterMs: 5000, port: 20_000 } },
  { code: 'LOGIN_REFUSED', details: { host: 'web', user: 'deploy', tried: [] } },
  ...unusableLoginSchema.options.flatMap((kind) =>
    ['', 'Welcome'].map((printed) => ({
      code: 'LOGIN_UNUSABLE' as const,
      details: { host: 'web', user: 'deploy', kind, printed },
    })),
  ),
  { code: 'HOST_HAS_TENANTS', details: { host: 'web', tenants: [], count: 34 } },
  { code: 'HOST_HAS_TENANTS', details: { host: 'web', tenants: ['a'], containers: ['memharbor-b'] } },
  { code: 'HOST_HAS_TENANTS', details: { host: 'web', tenants: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] } },
  { code: 'MEMORY_OVERCOMMITTED', details: { host: 'web', askedMb: 91, freeMb: -12.5 } },
  {
    code: 'MEMORY_HELD',
    details: { tenant: 'acme', host: 'web', usedMb: 217, memoryMb: 16, limitMb: 35, isDropped: true },
  },
  { code: 'TENANT_SILENT', details: { tenant: 'acme', host: 'web', port: 20_000, waitedMs: 1, log: '' } },
  { code: 'INVALID_INPUT', details: { field: 'label', given: '🚀'.repeat(200), reason: 'it is too long' } },
]

import { givesBack, mapVariable } from '../../domain/freed-memory.ts'
import { readSchema, servicePort, tenantLabel } from '../../domain/host-names.ts'
import { planDescriptors } from '../../domain/sizing.ts'
import { hasNoOtherSettings, isKnownEnvironment, isKnownProgram, unsetLimits } from './judge-settings.ts'
import { isBare, isEmpty, isSame, read, readTable, readTexts, type Table } from './read-made.ts'
import { isShippedProfile } from './shipped-profiles.ts'
import { isStartMount, isStartProgram } from './start-file.ts'

/** How a container was made, by Docker's `GET /containers/ID/json`: versions of Docker differ in what they leave out. */
export interface MadeContainer {
  readonly Config: Table
  readonly HostConfig: Table
  readonly Mounts?: unknown
}

/** How Docker makes containers on that host where nothing else is asked for; as far as it says it. */
export interface DockerWays {
  /** False: its kernel cannot keep that limit, so Docker leaves it out. */
  readonly keeps: {
    readonly memory: boolean
    readonly swap: boolean
    readonly processes: boolean
  }
  /** With version 1 all containers have the cgroup namespace of the host. */
  readonly cgroupVersion: string | undefined
  readonly defaultRuntime: string | undefined
  /** Whether a network is one of tenants, whose bridge the filter guards. */
  readonly isOurNetwork: (name: string) => boolean
  /** SHA-256, in hexadecimal digits. */
  readonly digest: (text: string) => string
}

/**
 * The parts in which a container is not as any version of this program makes one, in words for a sentence; none of a sound
 * one. Limits that a resize changes are not compared with those of the tenant: only that there are some.
 * @param image the `Config` of its image; null: nobody could look at it
 */
export function listDifferences(made: MadeContainer, image: Table | null, ways: DockerWays): string[] {
  const { Config: config, HostConfig: host } = made
  const schema = readSchema(readLabels(config['Labels']))
  const judged: readonly (readonly [string, boolean])[] = [
    ['user', config['User'] === '11211:11211'],
    ['command line', isOurCommand(config['Cmd'], schema)],
    ...judgeStart(made, schema, image),
    ['environment', isOurEnvironment(config, schema, image)],
    ...judgeRights(host, schema, ways),
    ['devices', isBare(host, devices)],
    ...judgeSurroundings(host, schema, ways),
    ['limits', hasLimits(made, ways)],
    ['restart policy', ['unless-stopped', 'always'].includes(String(read(host, 'RestartPolicy', 'Name')))],
    ['log', isOurLog(host['LogConfig'])],
    ['other settings', hasNoOtherSettings(config, host, image, ways.defaultRuntime)],
  ]
  return judged.filter(([, isSound]) => !isSound).map(([part]) => part)
}

/** The first way of making containers that begin with a file of the host; see `containerSchema`. */
const firstFromFile = 4

/** Its program, and the mount that this needs. */
function judgeStart(
  { Config: config, HostConfig: host, Mounts }: MadeContainer,
  schema: number,
  image: Table | null,
): (readonly [string, boolean])[] {
  const program = config['Entrypoint']
  if (schema < firstFromFile) {
    return [
      ['program', image === null ? isKnownProgram(program) : isSame(program, image['Entrypoint'])],
      ['mounts', isBare(host, mounts) && isEmpty(Mounts)],
    ]
  }
  const tenantId = readLabels(config['Labels'])[tenantLabel] ?? ''
  const others = mounts.filter((name) => name !== 'Mounts')
  return [
    ['program', isStartProgram(config)],
    ['mounts', isBare(host, others) && isStartMount(host['Mounts'], Mounts, tenantId)],
  ]
}

function judgeRights(host: Table, schema: number, ways: DockerWays): (readonly [string, boolean])[] {
  const options = readTexts(host['SecurityOpt']) ?? []
  const isProfile = (option: string): boolean => option.startsWith('seccomp=')
  const profiles = options.filter(isProfile)
  const dropped = readTexts(host['CapDrop']) ?? []
  return [
    [
      'capabilities',
      isBare(host, ['CapAdd']) && dropped.length === 1 && /^(cap_)?all$/i.test(dropped[0] ?? ''),
    ],
    [
      'privileges',
      isBare(host, ['Privileged', 'GroupAdd']) &&
        // Of several the last counts.
        options.length === profiles.length + 1 &&
        options.some((option) => /^no-new-privileges([:=]true)?$/.test(option)),
    ],
    // Containers of the first versions have Docker's own list.
    [
      'system calls',
      profiles.length === 0 ? schema === 1 : profiles.length === 1 && isOurProfile(profiles[0], ways),
    ],
    ['root file system', host['ReadonlyRootfs'] === true],
    [
      'hidden paths',
      hasPaths(host['MaskedPaths'], ['/proc/kcore', '/proc/keys', '/proc/timer_list', '/sys/firmware']) &&
        hasPaths(host['ReadonlyPaths'], ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys']),
    ],
  ]
}

function judgeSurroundings(host: Table, schema: number, ways: DockerWays): (readonly [string, boolean])[] {
  const isPrivate = (mode: unknown): boolean => isEmpty(mode) || mode === 'private' || mode === 'shareable'
  const resolvers = readTexts(host['Dns']) ?? []
  return [
    ['network', ways.isOurNetwork(String(host['NetworkMode']))],
    ['published ports', isBare(host, ['PublishAllPorts']) && isOurPort(host['PortBindings'])],
    [
      'namespaces',
      isPrivate(host['IpcMode']) &&
        (ways.cgroupVersion !== '2' || isPrivate(host['CgroupnsMode'])) &&
        isBare(host, ['PidMode', 'UTSMode', 'UsernsMode', 'Cgroup']),
    ],
    [
      'resolver',
      isBare(host, ['DnsOptions', 'DnsSearch', 'ExtraHosts', 'Links']) &&
        (resolvers.join() === '127.0.0.1' || (schema === 1 && resolvers.length === 0)),
    ],
    [
      'kernel settings',
      Object.entries(readTable(host['Sysctls']) ?? {}).every(
        ([name, value]) => name === 'net.ipv4.tcp_fastopen' && value === '0',
      ),
    ],
  ]
}

const mounts = ['Binds', 'Mounts', 'Tmpfs', 'VolumesFrom'] as const
const devices = ['Devices', 'DeviceRequests', 'DeviceCgroupRules'] as const

/**
 * Sample: `['-c', '1024', '-p', '11211', '-U', '0', '-c', '1057']`, before schema 4 with `-m` and the memory at its
 * beginning, before schema 3 without the last two; a resize leaves it as it is.
 */
function isOurCommand(command: unknown, schema: number): boolean {
  const words = (readTexts(command) ?? []).join(' ')
  const memory = schema < firstFromFile ? '-m \\d+ ' : ''
  const found = new RegExp(`^${memory}-c (\\d+) -p ${servicePort} -U 0(?: -c (\\d+))?$`).exec(words)
  const last = found?.[2]
  return (
    found !== null && (last === undefined ? schema < 3 : Number(last) === planDescriptors(Number(found[1])))
  )
}

/** `-c` of its command line, of several the last, which counts; 0: it has none. */
export function readDescriptors({ Config }: MadeContainer): number {
  const words = readTexts(Config['Cmd']) ?? []
  const at = words.lastIndexOf('-c')
  return at < 0 ? 0 : Number(words[at + 1]) || 0
}

/** `-m` of its command line, in MB: a resize leaves it as it is; null: it begins with what the host's record says. */
export function readStart({ Config }: MadeContainer): number | null {
  const memoryMb = readOption(Config['Cmd'], '-m')
  return Number.isNaN(memoryMb) ? null : memoryMb
}

/** The value after `-m` or `-c` of such a command line; NaN: there is none. */
function readOption(command: unknown, name: '-m' | '-c'): number {
  const words = readTexts(command) ?? []
  return words.includes(name) ? Number(words[words.indexOf(name) + 1]) : Number.NaN
}

/** The variables of the image, and that of ours once where this way of making has it. */
function isOurEnvironment({ Env, Cmd }: Table, schema: number, image: Table | null): boolean {
  const variables = readTexts(Env) ?? []
  const hasVariable = variables.includes(mapVariable)
  // Made for a cache of any size since schema 4: nothing says which.
  if (schema < firstFromFile && hasVariable !== givesBack(schema, readOption(Cmd, '-m'))) return false
  const others = hasVariable ? variables.toSpliced(variables.indexOf(mapVariable), 1) : Env
  return image === null ? isKnownEnvironment(others) : isSame(others, image['Env'])
}

const isOurProfile = (option: string | undefined, { digest }: DockerWays): boolean =>
  isShippedProfile(digest((option ?? '').slice('seccomp='.length)))

/** Every version of Docker writes these there itself, beside others; one that has never heard of them writes no list. */
const hasPaths = (list: unknown, paths: readonly string[]): boolean =>
  list === undefined || list === null || paths.every((path) => readTexts(list)?.includes(path))

/** On all addresses of the host, behind the filter, or on its own loopback. */
function isOurPort(bindings: unknown): boolean {
  const table = readTable(bindings) ?? {}
  const bound = table[`${servicePort}/tcp`]
  if (Object.keys(table).length !== 1 || !Array.isArray(bound)) return false
  const addresses = bound.map((each) => String(read(each, 'HostIp'))).sort()
  return ['0.0.0.0,::', '127.0.0.1'].includes(addresses.join())
}

/**
 * In bytes: 64 MB unless Docker there was told otherwise (`default-shm-size`). It counts as memory of the container, so a
 * somewhat larger one takes nothing from others.
 */
const largestShared = 2 ** 30

/** Docker leaves out what its kernel cannot limit, which has a fault of its own: no memory limit is 0 then, no swap -1. */
function hasLimits({ Config, HostConfig: host }: MadeContainer, { keeps }: DockerWays): boolean {
  const [memory, swap, processes] = [host['Memory'], host['MemorySwap'], host['PidsLimit']]
  const open = (Array.isArray(host['Ulimits']) ? host['Ulimits'] : []).filter(
    (each) => read(each, 'Name') === 'nofile',
  )
  const files = readOption(Config['Cmd'], '-c') + 64
  const hasSwap = isEmpty(memory)
    ? !keeps.memory && (swap === -1 || isEmpty(swap))
    : swap === memory || (swap === -1 && !(keeps.memory && keeps.swap))
  return (
    hasSwap &&
    (processes === 64 || (!keeps.processes && (processes === -1 || isEmpty(processes)))) &&
    open.length === 1 &&
    read(open[0], 'Soft') === files &&
    read(open[0], 'Hard') === files &&
    isBare(host, unsetLimits) &&
    [undefined, null, -1].includes(host['MemorySwappiness'] as null) &&
    Number(host['ShmSize'] ?? 0) <= largestShared
  )
}

const isOurLog = (log: unknown): boolean =>
  read(log, 'Type') === 'local' &&
  read(log, 'Config', 'max-size') === '1m' &&
  read(log, 'Config', 'max-file') === '2'

const readLabels = (labels: unknown): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    Object.entries(readTable(labels) ?? {}).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    ),
  )

import { isTenantNetwork, readSchema, servicePort } from '../../domain/host-names.ts'

/** A table of Docker's answer, whose values nobody has looked at. */
type Table = Readonly<Record<string, unknown>>

/** How a container was made, by Docker's `GET /containers/ID/json`: versions of Docker differ in what they leave out. */
export interface MadeContainer {
  readonly Config: Table
  readonly HostConfig: Table
  readonly Mounts?: unknown
}

/** What a container takes from its image unless it was made otherwise. */
export interface ImageDefaults {
  readonly Entrypoint?: unknown
  readonly Env?: unknown
}

/**
 * The parts in which a container is not as any version of this program makes one, in words for a sentence; none of a sound
 * one. Limits that a resize changes are not compared with those of the tenant: only that there are some.
 * @param image null: nobody could look at it
 */
export function listDifferences(made: MadeContainer, image: ImageDefaults | null): string[] {
  const schema = readSchema(readLabels(made.Config['Labels']))
  const judged: readonly (readonly [string, boolean])[] = [
    ['user', made.Config['User'] === '11211:11211'],
    ['command line', isOurCommand(made.Config['Cmd'])],
    ['program', image === null || isSame(made.Config['Entrypoint'], image.Entrypoint)],
    ['environment', image === null || isSame(made.Config['Env'], image.Env)],
    ...judgeRights(made.HostConfig, schema),
    ['mounts', isBare(made.HostConfig, mounts) && isEmpty(made.Mounts)],
    ['devices', isBare(made.HostConfig, devices)],
    ...judgeSurroundings(made.HostConfig, schema),
    ['limits', hasLimits(made)],
    [
      'restart policy',
      ['unless-stopped', 'always'].includes(String(read(made.HostConfig, 'RestartPolicy', 'Name'))),
    ],
    ['log', isOurLog(made.HostConfig['LogConfig'])],
  ]
  return judged.filter(([, isSound]) => !isSound).map(([part]) => part)
}

function judgeRights(host: Table, schema: number): (readonly [string, boolean])[] {
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
        options.some((option) => /^no-new-privileges([:=]true)?$/.test(option)) &&
        options.every((option) => option.startsWith('no-new-privileges') || isProfile(option)),
    ],
    // Containers of the first versions have Docker's own list.
    [
      'system calls',
      schema < 2 && profiles.length === 0 ? true : profiles.length === 1 && closesConnect(profiles[0]),
    ],
    ['root file system', host['ReadonlyRootfs'] === true],
    // Docker writes the usual paths there itself; an empty list hides none.
    ['hidden paths', !isEmptyList(host['MaskedPaths']) && !isEmptyList(host['ReadonlyPaths'])],
  ]
}

function judgeSurroundings(host: Table, schema: number): (readonly [string, boolean])[] {
  const isPrivate = (mode: unknown): boolean => isEmpty(mode) || mode === 'private' || mode === 'shareable'
  const resolvers = readTexts(host['Dns']) ?? []
  return [
    ['network', isTenantNetwork(String(host['NetworkMode']))],
    ['published ports', isBare(host, ['PublishAllPorts']) && isOurPort(host['PortBindings'])],
    [
      'namespaces',
      isPrivate(host['IpcMode']) && isBare(host, ['PidMode', 'UTSMode', 'UsernsMode', 'Cgroup']),
    ],
    [
      'resolver',
      isBare(host, ['DnsOptions', 'DnsSearch', 'ExtraHosts', 'Links']) &&
        (resolvers.join() === '127.0.0.1' || (schema < 2 && resolvers.length === 0)),
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

/** Sample: `['-m', '64', '-c', '1024', '-p', '11211', '-U', '0']`; a resize leaves it as it is. */
const isOurCommand = (command: unknown): boolean =>
  new RegExp(`^-m \\d+ -c \\d+ -p ${servicePort} -U 0$`).test((readTexts(command) ?? []).join(' '))

/** Every version closes connect; what else the list has was not always the same. */
function closesConnect(option: string | undefined): boolean {
  try {
    const profile = readTable(JSON.parse(option?.slice('seccomp='.length) ?? ''))
    const rules = profile?.['syscalls']
    return (
      profile?.['defaultAction'] === 'SCMP_ACT_ERRNO' && Array.isArray(rules) && !rules.some(opensConnect)
    )
  } catch {
    return false
  }
}

const opensConnect = (rule: unknown): boolean =>
  read(rule, 'action') !== 'SCMP_ACT_ERRNO' && (readTexts(read(rule, 'names')) ?? []).includes('connect')

/** On all addresses of the host, behind the filter, or on its own loopback. */
function isOurPort(bindings: unknown): boolean {
  const table = readTable(bindings) ?? {}
  const bound = table[`${servicePort}/tcp`]
  if (Object.keys(table).length !== 1 || !Array.isArray(bound)) return false
  const addresses = bound.map((each) => String(read(each, 'HostIp'))).sort()
  return ['0.0.0.0,::', '127.0.0.1'].includes(addresses.join())
}

/** Docker leaves out what its kernel cannot limit, which has a fault of its own: no memory limit is 0 then, no swap -1. */
function hasLimits({ Config, HostConfig: host }: MadeContainer): boolean {
  const [memory, swap, processes] = [host['Memory'], host['MemorySwap'], host['PidsLimit']]
  const open = (Array.isArray(host['Ulimits']) ? host['Ulimits'] : []).find(
    (each) => read(each, 'Name') === 'nofile',
  )
  const command = readTexts(Config['Cmd']) ?? []
  const files = Number(command[command.indexOf('-c') + 1]) + 64
  return (
    (isEmpty(memory) ? swap === -1 : swap === memory || swap === -1) &&
    (processes === 64 || isEmpty(processes)) &&
    read(open, 'Soft') === files &&
    read(open, 'Hard') === files &&
    isBare(host, ['OomKillDisable', 'AutoRemove', 'CgroupParent'])
  )
}

const isOurLog = (log: unknown): boolean =>
  read(log, 'Type') === 'local' &&
  read(log, 'Config', 'max-size') === '1m' &&
  read(log, 'Config', 'max-file') === '2'

/** Whether none of these is set. */
const isBare = (host: Table, names: readonly string[]): boolean => names.every((name) => isEmpty(host[name]))

/** Docker's ways to say nothing: null, false, 0, an empty text, list or table. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0

const isSame = (one: unknown, other: unknown): boolean =>
  (isEmpty(one) && isEmpty(other)) || JSON.stringify(one) === JSON.stringify(other)

const readTable = (value: unknown): Table | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : undefined

function read(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((held, name) => readTable(held)?.[name], value)
}

const readTexts = (value: unknown): string[] | undefined =>
  Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined

const readLabels = (labels: unknown): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    Object.entries(readTable(labels) ?? {}).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    ),
  )

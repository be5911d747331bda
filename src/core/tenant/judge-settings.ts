import { servicePort } from '../../domain/host-names.ts'
import { isEmpty, isSame, read, readTable, readTexts, type Table } from './read-made.ts'
import { startFolders } from './start-file.ts'

/** Settings of `HostConfig` that parts of their own are for. */
const judgedOfHost: ReadonlySet<string> = new Set([
  ...['NetworkMode', 'PortBindings', 'PublishAllPorts', 'Dns', 'DnsOptions', 'DnsSearch', 'ExtraHosts'],
  ...['Links', 'Sysctls', 'Memory', 'MemorySwap', 'MemorySwappiness', 'PidsLimit', 'Ulimits', 'ShmSize'],
  ...['ReadonlyRootfs', 'CapDrop', 'CapAdd', 'SecurityOpt', 'Privileged', 'GroupAdd', 'MaskedPaths'],
  ...['ReadonlyPaths', 'IpcMode', 'PidMode', 'UTSMode', 'UsernsMode', 'Cgroup', 'CgroupnsMode', 'Binds'],
  ...['Mounts', 'Tmpfs', 'VolumesFrom', 'Devices', 'DeviceRequests', 'DeviceCgroupRules', 'OomKillDisable'],
  ...['AutoRemove', 'CgroupParent', 'RestartPolicy', 'LogConfig', 'Runtime'],
  // The size of a terminal that there is none of.
  'ConsoleSize',
])

/** Limits that no version sets. Docker leaves them empty. */
export const unsetLimits = [
  ...['CpuShares', 'NanoCpus', 'CpuPeriod', 'CpuQuota', 'CpuRealtimePeriod', 'CpuRealtimeRuntime'],
  ...['CpusetCpus', 'CpusetMems', 'BlkioWeight', 'BlkioWeightDevice', 'BlkioDeviceReadBps'],
  ...['BlkioDeviceWriteBps', 'BlkioDeviceReadIOps', 'BlkioDeviceWriteIOps', 'MemoryReservation'],
  ...['KernelMemory', 'KernelMemoryTCP', 'OomKillDisable', 'AutoRemove', 'CgroupParent'],
] as const
const unset: ReadonlySet<string> = new Set(unsetLimits)

/** Settings of `Config` that parts of their own are for, and those that say nothing of a program without a terminal. */
const judgedOfConfig: ReadonlySet<string> = new Set([
  ...['User', 'Cmd', 'Env', 'Entrypoint', 'Labels', 'Image', 'Hostname', 'ExposedPorts', 'WorkingDir'],
  ...['AttachStdout', 'AttachStderr', 'ArgsEscaped'],
])

/**
 * Whether a container has no other settings than those that a version of this program makes, that Docker fills in itself,
 * or that its image brings.
 * @param runtime the one that Docker takes where nothing is asked for
 */
export function hasNoOtherSettings(
  config: Table,
  host: Table,
  image: Table | null,
  runtime: unknown,
): boolean {
  const isUsual = (value: unknown, usual: readonly unknown[]): boolean =>
    isEmpty(value) || usual.includes(value)
  return (
    Object.entries(host).every(
      ([name, value]) =>
        judgedOfHost.has(name) || unset.has(name) || isUsual(value, name === 'Isolation' ? ['default'] : []),
    ) &&
    Object.entries(config).every(
      ([name, value]) => judgedOfConfig.has(name) || isEmpty(value) || isSame(value, image?.[name]),
    ) &&
    // Docker takes the beginning of the container's id.
    (isEmpty(config['Hostname']) || /^[\da-f]{12}$/.test(String(config['Hostname']))) &&
    isUsual(config['WorkingDir'], ['/', image?.['WorkingDir'], ...startFolders]) &&
    Object.keys(readTable(config['ExposedPorts']) ?? {}).every(
      (port) => port === `${servicePort}/tcp` || read(image, 'ExposedPorts', port) !== undefined,
    ) &&
    isUsual(host['Runtime'], ['runc', runtime])
  )
}

/** Variables of the images that this program takes or makes. */
const knownVariable = /^(?:PATH|MEMCACHED_(?:VERSION|SHA1|URL))=/

/** Nobody may be able to look at an image, for instance because somebody removed it. */
export const isKnownEnvironment = (variables: unknown): boolean =>
  isEmpty(variables) || (readTexts(variables)?.every((each) => knownVariable.test(each)) ?? false)

/** The same for the program that an image begins with. */
export const isKnownProgram = (program: unknown): boolean =>
  ['memcached', 'docker-entrypoint.sh'].includes((readTexts(program) ?? []).join(' '))

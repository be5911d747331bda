import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { describeChanged } from '../../../src/core/tenant/describe-changed.ts'
import { type DockerWays, listDifferences, readStart } from '../../../src/core/tenant/judge-made.ts'
import { renderContainerOptions } from '../../../src/domain/container-options.ts'
import { isTenantNetwork } from '../../../src/domain/host-names.ts'

const wish = {
  ...{ tenantId: 'abc', port: 20_000, network: 1, memoryMb: 64, maxConnections: 1_024 },
  ...({ image: 'sha256:1', publish: 'public' } as const),
}
const { HostConfig, name: _, ...config } = renderContainerOptions({ ...wish, programFolder: null })
const image = { Entrypoint: ['docker-entrypoint.sh'], Env: ['PATH=/usr/bin'] }
const own = 'MALLOC_MMAP_THRESHOLD_=524288'
/** As Docker joins what is asked for and what the image has. */
const Config = { ...config, ...image, Env: [own, ...image.Env] }
const ofEarlier = {
  Labels: { 'io.memharbor.schema': '2' },
  Cmd: ['-m', '64', '-c', '1024', '-p', '11211', '-U', '0'],
  ...image,
}
const keepsAll: DockerWays = {
  keeps: { memory: true, swap: true, processes: true },
  ...{ cgroupVersion: '2', defaultRuntime: 'runc', isOurNetwork: isTenantNetwork },
  digest: (text) => createHash('sha256').update(text).digest('hex'),
}
const keepsNone = { ...keepsAll, keeps: { memory: false, swap: false, processes: false } }
const judge = (hostConfig: object, more: object = {}, ways: Partial<DockerWays> = {}) =>
  listDifferences(
    { Config: { ...Config, ...more }, HostConfig: { ...HostConfig, ...hostConfig }, Mounts: [] },
    image,
    { ...keepsAll, ...ways },
  )

/** One that begins with its tenant's start file, as Docker says it. */
const withFile = renderContainerOptions({ ...wish, programFolder: '/usr/bin' })
const folder = '/var/lib/memharbor-start/abc'
const mount = { Type: 'bind', Source: folder, Destination: '/run/memharbor', Mode: '', RW: false }
const judgeWithFile = (more: object = {}, host: object = {}, mounts: unknown = [mount]) => {
  const { HostConfig, name: _, ...options } = withFile
  const Config = { ...options, Env: [own, ...image.Env], ...more }
  return listDifferences({ Config, HostConfig: { ...HostConfig, ...host }, Mounts: mounts }, image, keepsAll)
}

const [, profile = ''] = HostConfig.SecurityOpt
const withProfile = (text: string): object => ({ SecurityOpt: ['no-new-privileges', text] })
const firstProfile = `seccomp=${readFileSync(new URL('../../golden/docker/first-profile.txt', import.meta.url), 'utf8').trim()}`

/** As Docker 20.10 fills up what it is asked for, on a host with cgroups of version 1. */
const filledUp = {
  ...{ Binds: null, ContainerIDFile: '', VolumeDriver: '', VolumesFrom: null, CapAdd: null },
  ...{ CgroupnsMode: 'host', DnsOptions: null, DnsSearch: null, ExtraHosts: null, GroupAdd: null },
  ...{ IpcMode: 'private', Cgroup: '', Links: null, OomScoreAdj: 0, PidMode: '', Privileged: false },
  ...{ PublishAllPorts: false, AutoRemove: false, UTSMode: '', UsernsMode: '', ShmSize: 67_108_864 },
  ...{ Runtime: 'runc', ConsoleSize: [0, 0], Isolation: '', CpuShares: 0, NanoCpus: 0, CgroupParent: '' },
  ...{ BlkioWeight: 0, BlkioWeightDevice: [], CpuPeriod: 0, CpusetCpus: '', CpusetMems: '', Devices: null },
  ...{ DeviceRequests: null, KernelMemory: 0, MemoryReservation: 0, MemorySwappiness: null },
  ...{ OomKillDisable: false, CpuCount: 0, IOMaximumIOps: 0, Annotations: null, Init: null },
  MaskedPaths: ['/proc/acpi', '/proc/kcore', '/proc/keys', '/proc/timer_list', '/sys/firmware'],
  ReadonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
}
const filledConfig = {
  ...{ Hostname: '2cea9a79499c', Domainname: '', AttachStdin: false, AttachStdout: false, Tty: false },
  ...{ OpenStdin: false, StdinOnce: false, Image: 'sha256:1', Volumes: null, WorkingDir: '', OnBuild: null },
}

describe('a container as it is made', () => {
  it.each<[string, object]>([
    ['as it was asked for', {}],
    [
      'with all that Docker puts beside',
      { Binds: null, Links: [], ExtraHosts: null, IpcMode: 'private', PidMode: '' },
    ],
    ['after a resize', { Memory: 2 ** 30, MemorySwap: 2 ** 30 }],
    ['with the first list of system calls', { ...withProfile(firstProfile), Sysctls: null }],
    ['with a restart policy that is nearly ours', { RestartPolicy: { Name: 'always' } }],
    ['with the flags of a command line', { MemorySwappiness: -1, Isolation: 'default' }],
    ['with more shared memory by the daemon', { ShmSize: 2 ** 28 }],
    [
      'with limits that the daemon adds',
      { Ulimits: [{ Name: 'core', Soft: 0, Hard: 0 }, ...HostConfig.Ulimits] },
    ],
    [
      'with options of logs that the daemon adds',
      { LogConfig: { Type: 'local', Config: { ...HostConfig.LogConfig.Config, compress: 'false' } } },
    ],
    [
      'for this computer only',
      { PortBindings: { '11211/tcp': [{ HostIp: '127.0.0.1', HostPort: '20000' }] } },
    ],
  ])('is sound %s', (_what, hostConfig) => {
    expect(judge(hostConfig)).toEqual([])
  })

  it('is sound with all that Docker fills in, and has its own cgroup namespace with version 2', () => {
    expect(judge(filledUp, filledConfig, { cgroupVersion: '1' })).toEqual([])
    expect(judge({ ...filledUp, CgroupnsMode: 'private' }, filledConfig)).toEqual([])
    expect(judge(filledUp, filledConfig)).toEqual(['namespaces'])
  })

  it('has the settings of its image, and the runtime that the host takes', () => {
    const Healthcheck = { Test: ['CMD', 'true'] }
    const further = { ...image, Healthcheck, WorkingDir: '/data', ExposedPorts: { '11212/tcp': {} } }
    const made = {
      Config: { ...Config, ...further, Env: Config.Env },
      HostConfig: { ...HostConfig, Runtime: 'runsc' },
    }
    expect(listDifferences(made, further, { ...keepsAll, defaultRuntime: 'runsc' })).toEqual([])
    expect(listDifferences(made, image, keepsAll)).toEqual(['other settings'])
  })

  it.each<[string, object]>([
    ['of any kind', { Memory: 0, MemorySwap: -1, PidsLimit: null }],
    ['of processes', { PidsLimit: null }],
    ['of processes in other words', { PidsLimit: -1 }],
    ['of swap', { MemorySwap: -1 }],
  ])('has no limit %s only where Docker there keeps none', (_what, hostConfig) => {
    expect(judge(hostConfig, {}, keepsNone)).toEqual([])
    expect(judge(hostConfig)).toEqual(['limits'])
  })

  it.each<[string, object, object?]>([
    ['limits', { CpuShares: 262_144 }],
    ['limits', { CpusetCpus: '0' }],
    ['limits', { NanoCpus: 1 }],
    ['limits', { ShmSize: 8 * 2 ** 30 }],
    ['limits', { MemorySwappiness: 100 }],
    ['limits', { Ulimits: [...HostConfig.Ulimits, { Name: 'nofile', Soft: 900_000, Hard: 900_000 }] }],
    [
      'system calls',
      withProfile(profile.replace('"syscalls"', '"DefaultAction":"SCMP_ACT_ALLOW","syscalls"')),
    ],
    ['system calls', withProfile(profile.replace('{"names":["connect"]', '{"Names":["connect"]'))],
    ['system calls', withProfile(profile.replace('"poll"', '"poll","unshare","mount","bpf"'))],
    ['system calls', withProfile(`${profile} `)],
    ['privileges', { SecurityOpt: ['no-new-privileges', 'no-new-privileges:false', profile] }],
    ['privileges', { SecurityOpt: ['no-new-privileges:false', profile] }],
    ['hidden paths', { MaskedPaths: ['/nowhere'] }],
    ['hidden paths', { ReadonlyPaths: ['/nowhere'] }],
    ['other settings', { Init: true }],
    ['other settings', { Runtime: 'io.containerd.runc.v2' }],
    ['other settings', { VolumeDriver: 'local' }],
    ['other settings', { OomScoreAdj: -900 }],
    ['other settings', { SettingOfTomorrow: 'x' }],
    ['other settings', {}, { Healthcheck: { Test: ['CMD-SHELL', 'id'] } }],
    ['other settings', {}, { Tty: true }],
    ['other settings', {}, { OpenStdin: true }],
    ['other settings', {}, { MacAddress: '02:42:ac:11:00:09' }],
    ['other settings', {}, { Hostname: 'x' }],
    ['other settings', {}, { WorkingDir: '/tmp' }],
    ['other settings', {}, { StopSignal: 'SIGKILL' }],
    ['other settings', {}, { ExposedPorts: { '22/tcp': {} } }],
  ])('is told with what differs: %s by %j %j', (part, hostConfig, config = {}) => {
    expect(judge(hostConfig, config)).toEqual([part])
  })

  it('begins with the file of its own tenant, and has nothing else mounted', () => {
    const [asked] = withFile.HostConfig.Mounts ?? []
    expect(judgeWithFile()).toEqual([])
    expect(judgeWithFile({ Env: image.Env })).toEqual([])
    expect(judgeWithFile({ WorkingDir: '/usr/local/bin' })).toEqual([])
    for (const more of [{ Entrypoint: ['memcached'] }, { WorkingDir: '/run/memharbor' }, image])
      expect(judgeWithFile(more), JSON.stringify(more)).toContain('program')
    expect(judgeWithFile({ Cmd: ['-m', '64', ...withFile.Cmd] })).toEqual(['command line'])
    const others = [
      ...[{}, { ReadOnly: false }, { Source: '/var/lib/memharbor-start/xyz' }, { Target: '/usr/bin' }],
      ...[{ BindOptions: { Propagation: 'rshared' } }, { Type: 'volume' }],
    ]
    const wrong = [
      ...others.slice(1).map((other) => [{ Mounts: [{ ...asked, ...other }] }, [mount]]),
      ...[{ RW: true }, { Source: '/' }, { Destination: '/' }, { Type: 'tmpfs' }].map((other) => [
        ...[{}, [{ ...mount, ...other }]],
      ]),
      [{ Mounts: [asked, asked] }, [mount]],
      [{}, [mount, mount]],
      [{}, []],
      [{ Mounts: [] }, []],
      [{ Binds: ['/:/host'] }, [mount]],
    ] as const
    for (const [host, mounts] of wrong)
      expect(judgeWithFile({}, host, mounts), JSON.stringify([host, mounts])).toEqual(['mounts'])
    const earlier = { Labels: { 'io.memharbor.schema': '3', 'io.memharbor.tenant': 'abc' } }
    expect(judgeWithFile(earlier)).toEqual(['command line', 'program', 'mounts', 'environment'])
  })

  it('says what its memcached starts with, where that is in its command line', () => {
    const read = ({ Cmd }: { readonly Cmd: readonly string[] }) =>
      readStart({ Config: { Cmd }, HostConfig: {} })
    expect([read(config), read(withFile)]).toEqual([64, null])
  })

  it('is on a network that the filter guards, whatever it is called', () => {
    expect(judge({ NetworkMode: 'memharbor-99' }, {}, { isOurNetwork: () => false })).toEqual(['network'])
  })

  it('is judged by the images of every version where nobody could look at its own', () => {
    const blind = (more: object) =>
      listDifferences({ Config: { ...Config, ...more }, HostConfig }, null, keepsAll)
    const ofRelease = ['PATH=/usr/bin', 'MEMCACHED_VERSION=1.6.45']
    expect([{ Env: [own] }, { Env: [own, ...ofRelease] }, { Entrypoint: ['memcached'] }].map(blind)).toEqual([
      ...[[], [], []],
    ])
    expect(blind({ Env: [own, ...ofRelease, 'LD_PRELOAD=/tmp/x.so'] })).toEqual(['environment'])
    expect(blind({ Entrypoint: ['/bin/sh'] })).toEqual(['program'])
    expect(judge({}, { Env: [own] })).toEqual(['environment'])
  })

  it('has the variable for its memory once, where its version and its size have it', () => {
    const Env = [own, ...image.Env]
    const large = { Cmd: ['-m', '48001', '-c', '1024', '-p', '11211', '-U', '0', '-c', '1057'] }
    expect([{ Env }, ofEarlier, { ...large, Env: image.Env }].map((made) => judge({}, made))).toEqual([
      ...[[], [], []],
    ])
    const wrong = [
      ...[{ Env: image.Env }, { ...ofEarlier, Env }, { ...large, Env }, { Env: [own, ...Env] }],
      ...[{ Env: [`${own}0`, ...image.Env] }, { Env: undefined }, { Env: [7] }],
    ]
    for (const made of wrong) expect(judge({}, made), JSON.stringify(made)).toEqual(['environment'])
  })

  it.each<[string, unknown]>([
    ['none', undefined],
    ['a number', 7],
    ['null', null],
    ['a list of numbers', [7]],
    ['markup', { __proto__: '<b>' }],
  ])('is judged whatever a host says: %s', (_what, value) => {
    const names = Object.keys(HostConfig)
    const host = Object.fromEntries(names.map((name) => [name, value]))
    const parts = listDifferences(
      { Config: { User: value, Cmd: value, Labels: value }, HostConfig: host },
      image,
      keepsAll,
    )
    expect(parts).toEqual(expect.arrayContaining(['user', 'command line', 'capabilities', 'network', 'log']))
  })

  it('has descriptors for itself and the panel beside those of its clients, since the version that makes them so', () => {
    const command = (last?: string) => ({
      Cmd: ['-m', '64', '-c', '1024', '-p', '11211', '-U', '0', ...(last === undefined ? [] : ['-c', last])],
    })
    expect(judge({}, { ...command(), ...ofEarlier })).toEqual([])
    expect(judge({}, command('1057'))).toEqual([])
    for (const other of [undefined, '1024', '9999'])
      expect(judge({}, command(other))).toEqual(['command line'])
  })

  it('has the system calls and the resolver of Docker itself only where the first version made it', () => {
    const first = { SecurityOpt: ['no-new-privileges'], Dns: null, Sysctls: null }
    const ofSchema = (schema: string) => ({ Labels: { 'io.memharbor.schema': schema } })
    expect(judge(first, { ...ofSchema('1'), ...image })).toEqual([])
    for (const schema of ['0', '2', '3', '-1']) {
      expect(judge(first, { ...ofSchema(schema), ...(schema === '3' ? {} : image) })).toEqual([
        'system calls',
        'resolver',
      ])
    }
  })

  it('is told with the command that makes another one, which no name breaks', () => {
    expect(describeChanged('acme', ['user']).sentence).toContain('user differs,')
    const { sentence, advice } = describeChanged('a b', ['user', 'mounts'])
    expect(sentence).toContain('user, mounts differ,')
    expect(advice).toContain('`memharbor tenant upgrade NAME`')
  })
})

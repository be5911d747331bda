import { describe, expect, it } from 'vitest'
import { describeChanged } from '../../../src/core/tenant/describe-changed.ts'
import { listDifferences } from '../../../src/core/tenant/judge-made.ts'
import { renderContainerOptions } from '../../../src/domain/container-options.ts'

const { HostConfig, ...config } = renderContainerOptions({
  ...{ tenantId: 'abc', port: 20_000, network: 1, memoryMb: 64, maxConnections: 1_024 },
  ...{ image: 'sha256:1', publish: 'public' },
})
const image = { Entrypoint: ['docker-entrypoint.sh'], Env: ['PATH=/usr/bin'] }
const Config = { ...config, ...image }
const judge = (hostConfig: object, more: object = {}) =>
  listDifferences(
    { Config: { ...Config, ...more }, HostConfig: { ...HostConfig, ...hostConfig }, Mounts: [] },
    image,
  )

describe('a container as it is made', () => {
  it.each<[string, object]>([
    ['as it was asked for', {}],
    [
      'with all that Docker puts beside',
      { Binds: null, Links: [], ExtraHosts: null, IpcMode: 'private', PidMode: '' },
    ],
    ['after a resize', { Memory: 2 ** 30, MemorySwap: 2 ** 30 }],
    ['on a kernel without limits', { Memory: 0, MemorySwap: -1, PidsLimit: null }],
    ['on a kernel without limits of swap', { MemorySwap: -1 }],
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

  it('is not judged by its image where nobody could look at that', () => {
    expect(listDifferences({ Config: { ...Config, Env: [] }, HostConfig }, null)).toEqual([])
    expect(judge({}, { Env: [] })).toEqual(['environment'])
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
    )
    expect(parts).toEqual(expect.arrayContaining(['user', 'command line', 'capabilities', 'network', 'log']))
  })

  it('has the system calls and the resolver of Docker itself only where the first version made it', () => {
    const first = { SecurityOpt: ['no-new-privileges'], Dns: null, Sysctls: null }
    expect(judge(first, { Labels: { 'io.memharbor.schema': '1' } })).toEqual([])
    expect(judge(first)).toEqual(['system calls', 'resolver'])
  })

  it('is told with the command that makes another one, which no name breaks', () => {
    expect(describeChanged('acme', ['user']).sentence).toContain('user differs,')
    const { sentence, advice } = describeChanged('a b', ['user', 'mounts'])
    expect(sentence).toContain('user, mounts differ,')
    expect(advice).toContain('`memharbor tenant upgrade NAME`')
  })
})

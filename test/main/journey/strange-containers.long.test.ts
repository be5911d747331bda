import { afterAll, beforeAll, it } from 'vitest'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { type Difference, expectDifference, useMadeContainer } from './made-container.ts'

describeOnHosts('a container under the name and with the label of a tenant that somebody made', () => {
  let world: PanelHost

  beforeAll(async () => {
    world = await startPreparedPanelHost()
  })
  afterAll(() => world?.stop())
  const epsilon = useMadeContainer(() => world)

  it.each<Difference>([
    ['command line', { Cmd: ['-m', '64', '-c', '1024', '-p', '11211', '-U', '11211'] }, {}],
    ['program', { Entrypoint: ['/bin/sh'] }, {}],
    ['environment', { Env: ['LD_PRELOAD=/tmp/x.so'] }, {}],
    ['capabilities', {}, { CapDrop: [] }],
    ['capabilities', {}, { CapAdd: ['NET_RAW'] }],
    ['privileges', {}, { Privileged: true }],
    ['system calls', {}, { SecurityOpt: ['no-new-privileges', 'seccomp=unconfined'] }],
    ['root file system', {}, { ReadonlyRootfs: false }],
    ['hidden paths', {}, { MaskedPaths: [] }],
    ['mounts', {}, { Binds: ['/tmp:/host:ro'] }],
    ['mounts', {}, { Tmpfs: { '/data': '' } }],
    ['mounts', {}, { Mounts: [] }],
    [
      'devices',
      {},
      { Devices: [{ PathOnHost: '/dev/null', PathInContainer: '/dev/x', CgroupPermissions: 'r' }] },
    ],
    ['network', {}, { NetworkMode: 'bridge' }],
    ['published ports', {}, { PortBindings: {} }],
    ['namespaces', {}, { UsernsMode: 'host' }],
    ['resolver', {}, { Dns: ['192.0.2.1'] }],
    ['resolver', {}, { ExtraHosts: ['a:192.0.2.1'] }],
    ['kernel settings', {}, { Sysctls: { 'net.ipv4.ip_unprivileged_port_start': '0' } }],
    ['limits', {}, { Memory: 0, MemorySwap: -1, PidsLimit: null }],
    ['limits', {}, { CpuShares: 262_144 }],
    ['privileges, system calls', {}, { SecurityOpt: ['no-new-privileges', 'no-new-privileges:false'] }],
    ['limits', {}, { Ulimits: [{ Name: 'nofile', Soft: 64, Hard: 64 }] }],
    ['restart policy', {}, { RestartPolicy: { Name: 'no' } }],
    ['log', {}, { LogConfig: { Type: 'json-file', Config: {} } }],
  ])('is told with what differs: %s by %j %j', (...difference) => expectDifference(epsilon, difference))
})

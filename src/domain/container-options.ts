import { restartPolicy } from '../core/tenant/restart-policy.ts'
import { renderStartMount, startProgram } from '../core/tenant/start-file.ts'
import { renderSeccompProfile } from './container-syscalls.ts'
import { givesBack, mapVariable } from './freed-memory.ts'
import {
  bridgeName,
  containerName,
  containerSchema,
  filelessSchema,
  networkName,
  ownedLabel,
  schemaLabel,
  servicePort,
  tenantLabel,
  trialName,
} from './host-names.ts'
import { containerLimitMb, planDescriptors } from './sizing.ts'

const megabyte = 2 ** 20
/** uid and gid of the memcached image. */
const memcachedUser = '11211:11211'

export interface ContainerWish {
  readonly tenantId: string
  readonly port: number
  /** Index of the tenant network, from 1. */
  readonly network: number
  readonly memoryMb: number
  readonly maxConnections: number
  /** The image by digest or id, never by a tag that can move. */
  readonly image: string
  /** `public`: every address of the host, IPv4 and IPv6, behind the filter. `loopback`: 127.0.0.1 only. */
  readonly publish: 'public' | 'loopback'
  /** The folder of the image in which memcached is; null: there is no start file, and the command line has the size. */
  readonly programFolder: string | null
}

/**
 * The body of Docker's `POST /containers/create` for one tenant. The container has no capability, no writable file and
 * no way to gain a right; its memory limit is the backstop when a client raises memcached's own.
 */
export function renderContainerOptions(wish: ContainerWish) {
  const limit = containerLimitMb(wish.memoryMb) * megabyte
  // memcached ends at its start when -c is above the hard limit.
  const openFiles = wish.maxConnections + 64
  const exposed = `${servicePort}/tcp`
  const HostPort = String(wish.port)
  const { programFolder } = wish
  const schema = programFolder === null ? filelessSchema : containerSchema
  return {
    name: containerName(wish.tenantId),
    Image: wish.image,
    User: memcachedUser,
    ...(programFolder === null ? {} : { Entrypoint: [startProgram], WorkingDir: programFolder }),
    // UDP is what amplification attacks used; it stays off whatever the version's default is.
    Cmd: [
      ...(programFolder === null ? ['-m', String(wish.memoryMb)] : []),
      ...['-c', String(wish.maxConnections), '-p', String(servicePort), '-U', '0'],
      // The last one counts. An earlier panel reads the first, as what the tenant was given: else it would make the
      // container anew, without its cache, at the next resize.
      '-c',
      String(planDescriptors(wish.maxConnections)),
    ],
    // Docker puts the variables of the image beside it.
    Env: givesBack(schema, wish.memoryMb) ? [mapVariable] : [],
    ExposedPorts: { [exposed]: {} },
    Labels: { [tenantLabel]: wish.tenantId, [schemaLabel]: String(schema), [ownedLabel]: '1' },
    HostConfig: {
      NetworkMode: networkName(wish.network),
      // A specific address would refuse the probe on 127.0.0.1; the filter decides who gets in.
      PortBindings: {
        [exposed]:
          wish.publish === 'public'
            ? [
                { HostIp: '0.0.0.0', HostPort },
                { HostIp: '::', HostPort },
              ]
            : [{ HostIp: '127.0.0.1', HostPort }],
      },
      Memory: limit,
      // Equal to Memory: no swap. A cache that swaps is slower than no cache.
      MemorySwap: limit,
      ReadonlyRootfs: true,
      ...(programFolder === null ? {} : { Mounts: [renderStartMount(wish.tenantId)] }),
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges', `seccomp=${renderSeccompProfile()}`],
      // Docker's own resolver asks nobody outside for the container.
      Dns: ['127.0.0.1'],
      // Else a send could begin a connection.
      Sysctls: { 'net.ipv4.tcp_fastopen': '0' },
      PidsLimit: 64,
      Ulimits: [{ Name: 'nofile', Soft: openFiles, Hard: openFiles }],
      RestartPolicy: restartPolicy,
      LogConfig: { Type: 'local', Config: { 'max-size': '1m', 'max-file': '2' } },
    },
  }
}

/** Discard: nothing listens there, and the helper takes what leads to memcached's own port for a tenant's that it closes. */
const trialPort = '9/tcp'

/**
 * The same for a container that shows whether Docker can start one of the tenant's: of its image, limits and network, with
 * a port of the host's loopback that Docker chooses. memcached says its version and ends, and Docker removes it then.
 */
export function renderTrialOptions(wish: Omit<ContainerWish, 'port' | 'publish'>) {
  const { HostConfig, ...options } = renderContainerOptions({ ...wish, port: 0, publish: 'loopback' })
  return {
    ...options,
    name: trialName(wish.tenantId),
    Cmd: ['-V'],
    ExposedPorts: { [trialPort]: {} },
    // A label of a tenant would make it that tenant's.
    Labels: { [ownedLabel]: '1' },
    HostConfig: {
      ...HostConfig,
      PortBindings: { [trialPort]: [{ HostIp: '127.0.0.1', HostPort: '' }] },
      RestartPolicy: { Name: 'no' },
      AutoRemove: true,
    },
  }
}

/** The body of Docker's `POST /networks/create` for tenant network `index`: containers on it cannot reach each other. */
export function renderNetworkOptions(index: number, subnet: string, gateway: string) {
  return {
    Name: networkName(index),
    Driver: 'bridge',
    CheckDuplicate: true,
    IPAM: { Driver: 'default', Config: [{ Subnet: subnet, Gateway: gateway }] },
    Options: {
      'com.docker.network.bridge.name': bridgeName(index),
      'com.docker.network.bridge.enable_icc': 'false',
    },
    Labels: { [ownedLabel]: '1' },
  }
}

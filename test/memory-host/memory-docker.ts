import { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { renderContainerOptions } from '../../src/domain/container-options.ts'
import { containerName, imageTag, networkName, tenantLabel } from '../../src/domain/host-names.ts'
import type { StoredTenant } from '../../src/main/adapters/store/tenants.ts'

export const memoryImage = `sha256:${'5eed'.repeat(16)}`
const never = '0001-01-01T00:00:00Z'

/** As docker-modem takes them. */
interface DialOptions {
  readonly path: string
  readonly options: { readonly filters?: string }
}

type ContainerOptions = ReturnType<typeof renderContainerOptions>

/** A container as this Docker remembers it. */
interface MemoryContainer {
  readonly id: string
  readonly options: ContainerOptions
  memoryBytes: number
  state: 'created' | 'running' | 'exited'
  startedAt: Date
  exitCode: number
  /** How it ended before Docker started it again by itself, which only Docker's events tell. */
  endedBefore?: { readonly at: Date; readonly exitCode: number }
  /** Networks beside that of the tenant. */
  readonly joined: Set<string>
}

/** A Docker without containers behind it: what the panel asks of it, it remembers. */
export interface MemoryDocker {
  /** Has those methods of dockerode that the panel calls, and no others. */
  readonly api: Docker
  readonly has: (tenantId: string) => boolean
  /** The tenant whose container publishes that port and runs. */
  readonly whoListens: (port: number) => string | undefined
  readonly listening: () => ReadonlySet<number>
  /** Since when the tenant's container runs. */
  readonly startedAt: (tenantId: string) => Date | undefined
  /** Puts a container there as if it had always been. */
  readonly place: (tenant: StoredTenant, state: MemoryContainer['state']) => void
  /** Ends a container as its own failure would; 137 is what the kernel does where memory runs out. */
  readonly end: (tenantId: string, exitCode: number) => void
  /** The same, and Docker starts it again. */
  readonly endAndBegin: (tenantId: string, exitCode: number) => void
  /** Joins a container to a network that is no tenant network, as `docker network connect` does. */
  readonly join: (tenantId: string, network: string) => void
  /** Its kernel has no controller for memory and processes, so it keeps no limit of a container. */
  keepsNoLimits: boolean
  /** It is busy, and its events come later. */
  tellsNoEvents: boolean
}

export function createMemoryDocker(memTotalMb: number, now: () => Date): MemoryDocker {
  const containers = new Map<string, MemoryContainer>()
  // Ages are as of this moment: a day that ends meanwhile would be a change that nothing made.
  const begunAt = now()
  const networks = new Set([networkName(1)])
  const byPort = new Map<number, string>()
  let made = 0

  const tenantOf = (name: string): string => name.replace(/^memharbor-/, '')
  const require = (tenantId: string): MemoryContainer =>
    containers.get(tenantId) ?? refuse(404, `No such container: ${containerName(tenantId)}`)

  function add(options: ContainerOptions, state: MemoryContainer['state'], startedAt: Date): MemoryContainer {
    made += 1
    const container: MemoryContainer = {
      id: made.toString(16).padStart(64, '0'),
      options,
      memoryBytes: options.HostConfig.Memory,
      ...{ state, startedAt, exitCode: 0, joined: new Set<string>() },
    }
    // A container for a try has no tenant, and a port that Docker would choose.
    const tenantId = tenantOf(options.name)
    containers.set(tenantId, container)
    if (portOf(options) > 0) byPort.set(portOf(options), tenantId)
    return container
  }

  function start(container: MemoryContainer): void {
    if (container.state === 'running') refuse(304, 'container already started')
    container.state = 'running'
    container.startedAt = now()
  }

  const getContainer = (name: string) => {
    // A container can be named by its own id too.
    const own = name.startsWith('memharbor-')
      ? undefined
      : [...containers.entries()].find(([, { id }]) => id === name)?.[0]
    const tenantId = own ?? tenantOf(name)
    return {
      inspect: async () => renderInspected(require(tenantId)),
      start: async () => start(require(tenantId)),
      async restart() {
        const container = require(tenantId)
        container.state = 'running'
        container.startedAt = now()
      },
      async update({ Memory }: { Memory?: number }) {
        const container = require(tenantId)
        container.memoryBytes = Memory ?? container.memoryBytes
      },
      async remove() {
        byPort.delete(portOf(require(tenantId).options))
        containers.delete(tenantId)
      },
      async stats() {
        require(tenantId)
        return { memory_stats: { usage: 2 ** 22, stats: {} } }
      },
      async logs() {
        require(tenantId)
        return Buffer.alloc(0)
      },
    }
  }

  const api = {
    getContainer,
    async createContainer(options: ContainerOptions) {
      if (containers.has(tenantOf(options.name))) refuse(409, `The name ${options.name} is in use`)
      if (byPort.has(portOf(options))) refuse(500, 'port is already allocated')
      return { id: add(options, 'created', now()).id }
    },
    async listContainers({ filters = '{}' }: { filters?: string } = {}) {
      const { label = [] } = JSON.parse(filters) as { label?: string[] }
      const wanted = label.map((each) => each.split('=')[1]).find((each) => each !== undefined)
      const one = wanted === undefined ? undefined : containers.get(wanted)
      const found = wanted === undefined ? [...containers.values()] : one === undefined ? [] : [one]
      return found
        .filter(({ options }) => options.Labels[tenantLabel] !== undefined)
        .map((container) => renderListed(container, begunAt))
    },
    listNetworks: async () =>
      [...networks].map((Name) => ({
        Name,
        Options: { 'com.docker.network.bridge.name': Name.replace(/^memharbor-/, 'mh') },
      })),
    modem: {
      dial({ path, options }: DialOptions, done: (error: unknown, stream?: Readable) => void) {
        const listed = path.startsWith('/networks?') ? api.listNetworks() : api.listContainers(options)
        listed.then((list: unknown[]) => done(null, Readable.from([JSON.stringify(list)])), done)
      },
    },
    createNetwork: async ({ Name }: { Name: string }) => void networks.add(Name),
    getNetwork: (name: string) => ({
      inspect: async () => ({ Containers: {} }),
      remove: async () => void networks.delete(name),
    }),
    getImage: (name: string) => ({
      async inspect() {
        if (name !== imageTag && name !== memoryImage) refuse(404, `No such image: ${name}`)
        return { Id: memoryImage, Config: { Labels: { 'io.memharbor.memcached': '1.6.45' } } }
      },
    }),
    version: async () => ({ Version: '27.5.1', ApiVersion: '1.47' }),
    ping: async () => 'OK',
    async getEvents() {
      const ends = docker.tellsNoEvents ? [] : [...containers.values()].flatMap(renderEnd)
      return Readable.from(ends.map((end) => `${JSON.stringify(end)}\n`))
    },
    info: async () => ({
      OperatingSystem: 'Ubuntu 24.04.3 LTS',
      SecurityOptions: ['name=seccomp,profile=builtin'],
      MemTotal: memTotalMb * 2 ** 20,
      MemoryLimit: !docker.keepsNoLimits,
      PidsLimit: !docker.keepsNoLimits,
      SystemTime: now().toISOString(),
    }),
  }

  const docker: MemoryDocker = {
    // Only what is above is called; anything else is a TypeError that says its name.
    api: api as unknown as Docker,
    has: (tenantId) => containers.has(tenantId),
    whoListens(port) {
      const tenantId = byPort.get(port)
      return tenantId !== undefined && containers.get(tenantId)?.state === 'running' ? tenantId : undefined
    },
    listening: () =>
      new Set([...byPort].filter(([, id]) => containers.get(id)?.state === 'running').map(([port]) => port)),
    startedAt: (tenantId) => containers.get(tenantId)?.startedAt,
    place({ id, port, network, memoryMb, maxConnections, createdAt }, state) {
      if (port === null || network === null) return
      networks.add(networkName(network))
      const wish = { tenantId: id, port, network, memoryMb, maxConnections, image: memoryImage }
      add(
        renderContainerOptions({ ...wish, publish: 'public', programFolder: '/usr/bin' }),
        state,
        new Date(createdAt),
      )
    },
    end(tenantId, exitCode) {
      const container = require(tenantId)
      container.state = 'exited'
      container.exitCode = exitCode
    },
    endAndBegin(tenantId, exitCode) {
      const container = require(tenantId)
      container.endedBefore = { at: now(), exitCode }
      container.startedAt = now()
    },
    join: (tenantId, network) => void require(tenantId).joined.add(network),
    keepsNoLimits: false,
    tellsNoEvents: false,
  }
  return docker
}

function portOf(options: ContainerOptions): number {
  return Number(options.HostConfig.PortBindings['11211/tcp']?.[0]?.HostPort)
}

const renderEnd = ({ endedBefore }: MemoryContainer) =>
  endedBefore === undefined
    ? []
    : [
        {
          Action: 'die',
          Actor: { Attributes: { exitCode: String(endedBefore.exitCode) } },
          timeNano: endedBefore.at.getTime() * 1e6,
        },
      ]

function renderListed(container: MemoryContainer, now: Date) {
  const { id, options, state, startedAt, exitCode, endedBefore, joined } = container
  const hours = Math.max(0, Math.floor((now.getTime() - startedAt.getTime()) / 3_600_000))
  const lasted = hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`
  const since = endedBefore === undefined ? lasted : 'Less than a second'
  const Status =
    state === 'running'
      ? `Up ${since}`
      : state === 'created'
        ? 'Created'
        : `Exited (${exitCode}) ${since} ago`
  const PublicPort = portOf(options)
  return {
    ...{ Id: id, ImageID: options.Image, Names: [`/${options.name}`], Labels: options.Labels },
    ...{ State: state, Status },
    Ports: [{ PublicPort }],
    NetworkSettings: { Networks: Object.fromEntries([...joined].map((name) => [name, {}])) },
  }
}

function renderInspected(container: MemoryContainer) {
  const { id, options, state, startedAt, exitCode, endedBefore, memoryBytes } = container
  const finishedAt = endedBefore?.at ?? (state === 'exited' ? startedAt : undefined)
  const { Cmd, Entrypoint, Env, Labels, User, WorkingDir, HostConfig } = options
  const [mount] = HostConfig.Mounts ?? []
  return {
    Id: id,
    Created: startedAt.toISOString(),
    Image: options.Image,
    RestartCount: endedBefore === undefined ? 0 : 1,
    State: {
      ...{ Running: state === 'running', Status: state, StartedAt: startedAt.toISOString() },
      ...{ ExitCode: exitCode, OOMKilled: exitCode === 137, Error: '' },
      FinishedAt: finishedAt?.toISOString() ?? never,
    },
    Config: { Labels, Cmd, Entrypoint, Env, User, WorkingDir },
    HostConfig: { ...HostConfig, Memory: memoryBytes, MemorySwap: memoryBytes },
    Mounts:
      mount === undefined
        ? []
        : [{ Type: mount.Type, Source: mount.Source, Destination: mount.Target, RW: false }],
  }
}

/** Throws what docker-modem throws for an answer of the daemon. */
function refuse(statusCode: number, message: string): never {
  throw Object.assign(new Error(message), { statusCode, json: { message } })
}

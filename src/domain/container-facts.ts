import { mapVariable } from './freed-memory.ts'
import { containerSchema, readSchema, servicePort } from './host-names.ts'
import { containerLimitMb } from './sizing.ts'
import type { ContainerFacts } from './tenant-plan.ts'

/** The part of Docker's `GET /containers/ID/json` that is read. */
export interface InspectedContainer {
  readonly State: { readonly Running: boolean }
  readonly Image: string
  readonly Config: {
    readonly Cmd?: readonly string[] | null | undefined
    readonly Env?: readonly string[] | null | undefined
    readonly Labels?: Readonly<Record<string, string | undefined>> | null | undefined
  }
  readonly HostConfig: {
    readonly Memory?: number | undefined
    readonly PortBindings?:
      | Readonly<Record<string, readonly { readonly HostPort?: string | undefined }[] | null | undefined>>
      | null
      | undefined
  }
}

const megabyte = 2 ** 20

/**
 * A container as plans take it.
 * @param cacheMb the answer of its memcached; null when it was not asked
 * @param newest how one is made on that host now
 */
export function toContainerFacts(
  inspected: InspectedContainer,
  cacheMb: number | null,
  newest: number = containerSchema,
): ContainerFacts {
  const { State, Image, Config, HostConfig } = inspected
  const command = Config.Cmd ?? []
  const binding = HostConfig.PortBindings?.[`${servicePort}/tcp`]?.[0]?.HostPort
  return {
    running: State.Running,
    port: binding === undefined ? null : Number(binding),
    commandMemoryMb: command.includes('-m') ? readOption(command, '-m') : null,
    givesBack: Config.Env?.includes(mapVariable) === true,
    memoryMb: cacheSizeOf(Math.round((HostConfig.Memory ?? 0) / megabyte)),
    cacheMb,
    maxConnections: readOption(command, '-c'),
    image: Image,
    schema: readSchema(Config.Labels),
    newest,
  }
}

/** Sample: `['-m', '64', '-c', '1024', '-p', '11211', '-U', '0']` */
function readOption(command: readonly string[], name: string): number {
  const at = command.indexOf(name)
  return at < 0 ? 0 : Number(command[at + 1] ?? 0)
}

/** The cache size whose container limit this is: the sizing formula backwards, exact for limits that it made. */
function cacheSizeOf(limitMb: number): number {
  const guess = Math.floor(((limitMb - 16) * 6) / 7)
  const near = [guess - 1, guess, guess + 1]
  return near.find((memoryMb) => containerLimitMb(memoryMb) === limitMb) ?? Math.max(0, guess)
}

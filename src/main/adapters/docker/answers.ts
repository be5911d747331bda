import { z } from 'zod'
import { schemaLabel, servicePort, tenantLabel, versionLabel } from '../../../domain/host-names.ts'
import { listOf, tableOf, tableUnread } from '../foreign-list.ts'
import { mark, words } from '../foreign-text.ts'
import { renderForeignText } from '../limit.ts'
import { UnusableAnswer } from './unusable-answer.ts'

/**
 * An answer of Docker in the shape that its reader needs; all else in it is dropped. docker-modem hands over an answer
 * that is no JSON as bytes, and `null` too.
 * @example docker.call('say its version', async (api) => readAnswer(versionAnswer, await api.version()))
 * @param within where the answer is in a larger one
 * @throws UnusableAnswer, which a call turns into DOCKER_FAILED
 */
export function readAnswer<Schema extends z.ZodType>(
  schema: Schema,
  answer: unknown,
  within: readonly number[] = [],
): z.output<Schema> {
  const parsed = schema.safeParse(answer)
  if (parsed.success) return parsed.data
  const place = renderForeignText([...within, ...(parsed.error.issues[0]?.path ?? [])].join('.'))
  throw new UnusableAnswer(
    `its answer could not be understood${place === '' ? '' : `, because of ${place}`}`,
    { cause: parsed.error },
  )
}

const count = z.int().nonnegative()
const port = z.int().min(0).max(65_535)
const orNone = <Schema extends z.ZodType>(list: Schema) =>
  listOf(list)
    .nullish()
    .transform((all) => all ?? [])

/** Of all labels only ours are read. Anybody who may use Docker can set them, so a wrong one is as good as none. */
const labels = z
  .object({
    [tenantLabel]: mark.optional().catch(undefined),
    [schemaLabel]: mark.optional().catch(undefined),
    [versionLabel]: words.optional().catch(undefined),
  })
  .nullish()
  .transform((all) => all ?? {})

/** `GET /version`; Podman's first component is `Podman Engine`. */
export const versionAnswer = z.object({
  Version: words,
  ApiVersion: words,
  Components: orNone(z.object({ Name: words })).catch([]),
})

/** `GET /info` */
export const infoAnswer = z.object({
  OperatingSystem: words,
  SecurityOptions: orNone(words),
  MemTotal: count,
  /** False where the kernel has no controller for it; absent where a proxy stands before Docker. */
  MemoryLimit: z.boolean().optional().catch(undefined),
  SwapLimit: z.boolean().optional().catch(undefined),
  PidsLimit: z.boolean().optional().catch(undefined),
  CgroupVersion: words.optional().catch(undefined),
  DefaultRuntime: words.optional().catch(undefined),
  /** `2026-11-22T12:57:34.123456789Z`; absent where a proxy stands before Docker. */
  /** Absent from one that has the pools of its own making. */
  DefaultAddressPools: orNone(z.object({ Base: z.string().max(50), Size: z.int().min(1).max(128) }))
    .optional()
    .catch(undefined),
  SystemTime: z.iso.datetime({ offset: true }).optional().catch(undefined),
})

/** The option of a network with the name of its bridge. */
export const bridgeOption = 'com.docker.network.bridge.name'

/** One of `GET /networks`. Docker itself allows no other names. */
export const networkEntry = z.object({
  Name: z
    .string()
    .max(255)
    .regex(/^[\w.-]+$/),
  Options: z
    .object({ [bridgeOption]: z.string().max(100).optional().catch(undefined) })
    .nullish()
    .catch(null),
})

/** The same, for where its addresses are. */
export const subnetEntry = z.object({
  Name: words,
  /** Those of a swarm are apart from the networks of its hosts. */
  Scope: words.optional(),
  IPAM: z
    .object({ Config: orNone(z.object({ Subnet: z.string().max(50).optional() })) })
    .nullish()
    .catch(null),
})

/** More networks than a container can have interfaces are no answer of Docker. */
const mostNetworks = 4_096
/** A bridge of Linux has at most 1,024 ports. */
const mostGuests = 4_096

/** Names of the networks that a container is joined to; what Docker says of each is not looked at. */
const joined = z
  .object({
    Networks: tableUnread(mostNetworks)
      .nullish()
      .transform((table) => Object.keys(table ?? {}).map((name) => renderForeignText(name))),
  })
  .nullish()
  .transform((settings) => settings?.Networks ?? [])

/** `GET /networks/NAME`: who runs there, by id. */
export const networkAnswer = z.object({
  Containers: tableOf(z.object({ Name: words }), mostGuests)
    .nullish()
    .transform((table) => table ?? {}),
})

/** Of `GET /networks/bridge`; Docker writes `2026-11-30T19:19:44.733909235Z`. */
export const bridgeAnswer = z.object({ Created: z.string().max(60) })

/** A container has one name, and one more for each container that is linked to it; those after these are not looked at. */
const mostNames = 50

/** One of `GET /containers/json`. */
export const containerEntry = z.object({
  Id: mark.default(''),
  /** None while it is being removed. */
  Names: z
    .array(z.unknown())
    .nullish()
    .transform((names): readonly unknown[] => (names ?? []).slice(0, mostNames))
    .pipe(listOf(words)),
  ImageID: mark,
  Labels: labels,
  State: words,
  Status: words,
  /** Published ports, each once: a range of them is listed with each of its ports, and for both families. */
  Ports: orNone(z.object({ PublicPort: port.optional() })).transform((ports) => [
    ...new Set(ports.flatMap(({ PublicPort }) => PublicPort ?? [])),
  ]),
  NetworkSettings: joined,
})

/** `GET /containers/{id}/json` of a container that may be anybody's. */
export const labelsAnswer = z.object({ Config: z.object({ Labels: labels }) })

/** `GET /containers/NAME/json`, for how it ended. */
export const endAnswer = z.object({
  Id: mark,
  RestartCount: count,
  State: z.object({
    Status: words,
    Running: z.boolean(),
    OOMKilled: z.boolean(),
    ExitCode: z.int(),
    Error: words,
    StartedAt: words,
    FinishedAt: words,
  }),
})

/** The same, for what it is. */
export const containerAnswer = endAnswer.extend({
  Created: words,
  Image: mark,
  Config: z.object({
    Labels: labels,
    Cmd: listOf(z.string().max(1_000), 1_000).nullish(),
    Env: listOf(z.string().max(10_000), 1_000).nullish().catch(null),
  }),
  HostConfig: z.object({
    Memory: count.optional(),
    PortBindings: z
      .object({
        [`${servicePort}/tcp` as const]: listOf(
          z.object({
            HostPort: z
              .string()
              .regex(/^\d{0,5}$/)
              .optional(),
          }),
        ).nullish(),
      })
      .nullish(),
  }),
})

const unread = tableUnread(1_000)

/** The same, for how it was made: versions of Docker differ in that, so nobody has looked at the values. */
export const madeAnswer = z.object({
  Image: mark,
  Config: unread,
  HostConfig: unread,
  Mounts: z.unknown(),
})

/** The same of its image. */
export const imageDefaultsAnswer = z.object({ Config: unread.nullish() })

/** `GET /images/NAME/json` */
export const imageAnswer = z.object({
  Id: mark,
  Config: z
    .object({ Labels: labels, Env: orNone(z.string()) })
    .nullish()
    .transform((config) => config ?? { Labels: {}, Env: [] }),
})

/** `GET /distribution/NAME/json`, what a registry has under a name. */
export const distributionAnswer = z.object({
  Descriptor: z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) }),
})

/** `GET /containers/NAME/stats`: bytes, under other names for each version of cgroups; nothing where they are not counted. */
export const useAnswer = z.object({
  memory_stats: z.object({
    usage: count.optional(),
    stats: z
      .object({
        total_inactive_file: count.optional(),
        total_active_file: count.optional(),
        inactive_file: count.optional(),
        active_file: count.optional(),
      })
      .nullish()
      .transform((stats) => stats ?? {}),
  }),
})

/** One line of `GET /events`. */
export const eventAnswer = z.object({
  /** `die`, `oom` */
  Action: words,
  Actor: z.object({
    Attributes: z.object({
      /** Of `die`. */
      exitCode: z
        .string()
        .regex(/^-?\d{1,10}$/)
        .optional(),
    }),
  }),
  /** Since 1970, in nanoseconds. */
  timeNano: z.number(),
})

/** `GET /containers/NAME/logs`: frames, no JSON. */
export const logAnswer = z.instanceof(Uint8Array)

import { z } from 'zod'
import { listMissingLimits, type MissingLimits } from '../../../domain/missing-limits.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import type { HostAccess } from './host-pool.ts'

/**
 * `GET /info`: `{"MemoryLimit": true, "SwapLimit": false, "PidsLimit": true, "CgroupVersion": "1", …}`. A kernel without a controller says false,
 * and Docker then drops that limit of every container with no more than a warning.
 */
const limits = z.object({
  MemoryLimit: z.boolean().optional(),
  PidsLimit: z.boolean().optional(),
  CgroupVersion: z.enum(['1', '2']).optional().catch(undefined),
})

/** The limits that Docker says of itself it does not keep. */
export function parseLimits(info: unknown): MissingLimits {
  const { success, data } = limits.safeParse(info)
  return {
    memory: success && data.MemoryLimit === false,
    processes: success && data.PidsLimit === false,
    cgroupVersion: data?.CgroupVersion ?? null,
  }
}

/**
 * Whether Docker there keeps no limit of a container. It is asked once for each connection: a kernel gets its
 * controllers at its start.
 */
export async function observeUnlimited({ docker, seen }: HostAccess): Promise<boolean> {
  seen.unlimited ??= docker
    .call('describe itself', (api) => api.info())
    .then((info) => listMissingLimits(parseLimits(info)).length > 0)
    .catch((error: unknown) => {
      // A proxy that stands before Docker may keep that to itself.
      if (error instanceof ProblemError && error.problem.code === 'DOCKER_FAILED') return false
      delete seen.unlimited
      throw error
    })
  return seen.unlimited
}

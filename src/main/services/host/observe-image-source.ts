import { z } from 'zod'
import type { ImageSource } from '../../../domain/prepare-plan.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import type { HostAccess } from './host-pool.ts'

/** Docker's answer to `GET /distribution/NAME/json`, as far as it matters. */
const distribution = z.object({ Descriptor: z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) }) })

/** A registry that is not there is often a silence: a plan should not wait long for it. */
const answerWithinMs = 15_000

/** Asks, through the host's Docker, which content a registry has under a reference; the words why not otherwise. */
export async function observeImageSource({ docker }: HostAccess, reference: string): Promise<ImageSource> {
  try {
    const answer = await docker.call('ask the registry', (api) => api.getImage(reference).distribution(), {
      timeoutMs: answerWithinMs,
    })
    const parsed = distribution.safeParse(answer)
    return parsed.success
      ? { kind: 'registry', digest: parsed.data.Descriptor.digest }
      : { kind: 'none', why: 'the registry gave no digest' }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    return { kind: 'none', why: 'no registry can be reached from there' }
  }
}

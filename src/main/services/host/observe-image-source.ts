import type { ImageSource } from '../../../domain/prepare-plan.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import { distributionAnswer } from '../../adapters/docker/answers.ts'
import type { HostAccess } from './host-pool.ts'

const noRegistry: ImageSource = { kind: 'none', why: 'no registry can be reached from there' }

/** A registry that is not there is often a silence: a plan should not wait long for it. */
const answerWithinMs = 15_000

/**
 * Asks, through the host's Docker, which content a registry has under a reference; the words why not otherwise.
 * @param isThere false where that Docker has just not answered: it is not asked again, and leads to no registry
 */
export async function observeImageSource(
  { docker }: HostAccess,
  reference: string,
  isThere: boolean,
): Promise<ImageSource> {
  if (!isThere) return noRegistry
  try {
    const answer = await docker.call('ask the registry', (api) => api.getImage(reference).distribution(), {
      timeoutMs: answerWithinMs,
    })
    const parsed = distributionAnswer.safeParse(answer)
    return parsed.success
      ? { kind: 'registry', digest: parsed.data.Descriptor.digest }
      : { kind: 'none', why: 'the registry gave no digest' }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    return noRegistry
  }
}

import type { ImageSource } from '../../../domain/prepare-plan.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import { distributionAnswer } from '../../adapters/docker/answers.ts'
import type { HostAccess } from './host-pool.ts'

const noRegistry: ImageSource = { kind: 'none', why: 'no registry can be reached from there' }

/**
 * A registry that is not there is often a silence, as of a server without a way to the internet. Its digest takes a second
 * or two on a usual line, and the host's own package is as good: a plan waits no longer for it.
 */
const usualMs = 4_000
/** For one that the operator named, which nothing else is as good as. */
const namedMs = 15_000

/** A silence counts for the plan that is made again before it is carried out, which would be another one otherwise. */
const silenceMs = 5 * 60_000

export interface AskedImage {
  /** Like `memcached:1.6.45` or `registry.example:5000/memcached:1.6`. */
  readonly reference: string
  /** The operator named it. */
  readonly isNamed: boolean
}

/**
 * Asks, through the host's Docker, which content a registry has under a reference; the words why not otherwise.
 * @param isThere false where that Docker has just not answered: it is not asked again, and leads to no registry
 */
export async function observeImageSource(
  { docker, seen }: Pick<HostAccess, 'docker' | 'seen'>,
  { reference, isNamed }: AskedImage,
  isThere: boolean,
): Promise<ImageSource> {
  if (!isThere) return noRegistry
  const timeoutMs = isNamed ? namedMs : usualMs
  const silent: ImageSource = {
    kind: 'none',
    why: `the registry did not answer within ${timeoutMs / 1_000} s`,
  }
  const { silentRegistry } = seen
  if (silentRegistry?.reference === reference && performance.now() - silentRegistry.at < silenceMs)
    return silent
  try {
    const ask = docker.call('ask the registry', (api) => api.getImage(reference).distribution(), {
      timeoutMs,
    })
    const parsed = distributionAnswer.safeParse(await ask)
    return parsed.success
      ? { kind: 'registry', digest: parsed.data.Descriptor.digest }
      : { kind: 'none', why: 'the registry gave no digest' }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    if (error.problem.code !== 'TIMED_OUT') return noRegistry
    seen.silentRegistry = { reference, at: performance.now() }
    return silent
  }
}

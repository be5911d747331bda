import type Docker from 'dockerode'
import pLimit from 'p-limit'
import type { AnswerBounds } from '../answer-meter.ts'
import { throwIfAborted, withLimit } from '../limit.ts'
import type { CallOptions, Link } from '../link.ts'
import { usualTimeLimits } from '../time-limits.ts'
import { readStatus, toDockerProblem } from './problems.ts'

interface DockerCallOptions extends CallOptions {
  /** HTTP statuses that are no failure: the call gives undefined then (404 when removing, 304 when starting). */
  readonly expected?: readonly number[]
  /** More is no answer; of one thing unless given. */
  readonly bounds?: AnswerBounds
  /** For a sign of life beside calls that take long, and that may have all turns. */
  readonly outOfTurn?: boolean
}

/** Docker's API of one host. */
export interface DockerApi {
  /** For streams that live longer than a call (events, followed logs). What it gives knows no limits and maps no errors. */
  open(): Promise<Docker>
  /**
   * Makes calls with a dockerode of their own, whose requests end when the time is over (10 s by default, waiting for a
   * turn included) or the signal is aborted, or when an answer is too large. What is read of an answer passes
   * `readAnswer`.
   * @param action an infinitive, for problems: "create the container"
   * @throws ProblemError DOCKER_FAILED, IMAGE_MISSING, DOCKER_UNREACHABLE, TIMED_OUT, CANCELLED, and what the link throws
   */
  call<T>(
    action: string,
    make: (docker: Docker) => Promise<T>,
    options?: Omit<DockerCallOptions, 'expected'>,
  ): Promise<T>
  call<T>(
    action: string,
    make: (docker: Docker) => Promise<T>,
    options: DockerCallOptions,
  ): Promise<T | undefined>
}

const mib = 1024 * 1024
/** A container of ours has 300 values, and one that publishes a thousand ports 13,000. */
const ofOne: AnswerBounds = { bytes: mib, values: 20_000 }
/** Of lists and of progress, which are read as they arrive: 10,000 containers have 15 MB. */
export const inPieces: AnswerBounds = { bytes: 32 * mib, values: 4_000_000 }
/** A log is a tenant's own words, and may be nothing but commas. */
export const ofLog: AnswerBounds = { bytes: mib, values: mib }

/** As many requests at once as Docker works on side by side; more would only wait there. */
const concurrency = 12

/** Loaded when Docker is asked: with Node's TLS a tenth of the start of a command that asks none. */
const loadDockerode = () => import('./dockerode.ts')

export function openDocker(link: Link, host: string, { callMs } = usualTimeLimits): DockerApi {
  const turns = pLimit(concurrency)
  return {
    async open() {
      const { openDockerode } = await loadDockerode()
      return openDockerode(link).docker
    },
    // Without expected statuses nothing but the call's own value comes back, which is what the overloads say.
    call: async <T>(
      action: string,
      make: (docker: Docker) => Promise<T>,
      options: DockerCallOptions = {},
    ) => {
      const { timeoutMs = callMs, signal, expected = [], outOfTurn = false, bounds = ofOne } = options
      // Its limit is Docker's: the way there has one of its own, which waits for people.
      await link.connect({ timeoutMs, ...(signal === undefined ? {} : { signal }) })
      return withLimit({ host, action, timeoutMs, signal }, (inner) => {
        const work = async (): Promise<T> => {
          const { openDockerode } = await loadDockerode()
          throwIfAborted(inner, action)
          const { docker, destroy, refusal } = openDockerode(link, { signal: inner, bounds })
          const onAbort = (): void => destroy(inner.reason)
          inner.addEventListener('abort', onAbort, { once: true })
          try {
            return await make(docker)
          } catch (error) {
            const status = readStatus(error)
            if (status !== undefined && expected.includes(status)) return undefined as T
            throw toDockerProblem(host, action, refusal() ?? error)
          } finally {
            inner.removeEventListener('abort', onAbort)
          }
        }
        return outOfTurn ? work() : turns(work)
      })
    },
  }
}

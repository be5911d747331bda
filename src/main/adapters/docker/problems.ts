import { ProblemError } from '../../../domain/problem-error.ts'
import { renderForeignText } from '../limit.ts'
import { UnusableAnswer } from './unusable-answer.ts'

/** The HTTP status in what docker-modem throws; undefined when the daemon did not answer. */
export function readStatus(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined
}

/**
 * An error of docker-modem, or of reading its answer, as a problem. The daemon's own words are in `json.message`:
 * `{"message":"No such image: memharbor/memcached:latest"}`.
 */
export function toDockerProblem(host: string, action: string, error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  const options = { cause: error }
  if (error instanceof UnusableAnswer) {
    return new ProblemError(
      { code: 'DOCKER_FAILED', details: { host, action, reason: error.message } },
      options,
    )
  }
  const status = readStatus(error)
  if (status === undefined) {
    const reason = describeTransport(error)
    return new ProblemError({ code: 'DOCKER_UNREACHABLE', details: { host, reason } }, options)
  }
  const message = readMessage(error)
  const image = /No such image: (\S+)/i.exec(message)?.[1]
  if (status === 404 && image !== undefined) {
    return new ProblemError(
      { code: 'IMAGE_MISSING', details: { host, image: renderForeignText(image) } },
      options,
    )
  }
  const reason = renderReason(message) || `HTTP status ${status}`
  const code = rulesGone.test(message) ? 'DOCKER_RULES_GONE' : 'DOCKER_FAILED'
  return new ProblemError({ code, details: { host, action, reason } }, options)
}

/**
 * iptables' words where a chain of Docker's is not there, and nft's:
 * `iptables: No chain/target/match by that name.`, `Chain 'DOCKER' does not exist`
 */
const rulesGone =
  /iptables failed: .*(?:No chain\/target\/match by that name|Chain '[^']*' does not exist)|nft.*Could not process rule: No such file or directory/is

/** Characters; the longest that Docker says of a port has about 350. */
const mostOfReason = 500

/**
 * Docker's words for a sentence. Ids of 64 digits say nothing to people, and what it ends with is why: a text that is too
 * long loses its middle.
 */
function renderReason(message: string): string {
  const short = message
    .replaceAll(/\s*\([\da-f]{64}\)/g, '')
    .replaceAll(/\b([\da-f]{12})[\da-f]{52}\b/g, '$1')
  const text = renderForeignText(short, Number.POSITIVE_INFINITY).replace(/\.$/, '')
  if (text.length <= mostOfReason) return text
  return `${text.slice(0, mostOfReason / 4)}… ${text.slice(-mostOfReason / 2)}`
}

function readMessage(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const json = 'json' in error ? error.json : undefined
  const message = typeof json === 'object' && json !== null && 'message' in json ? json.message : undefined
  return typeof message === 'string' ? message : error.message
}

function describeTransport(error: unknown): string {
  if (!(error instanceof Error)) return 'it failed without a reason'
  const code = 'code' in error ? error.code : undefined
  return code === 'ECONNRESET' || code === 'EPIPE'
    ? 'the daemon closed the connection'
    : renderForeignText(error.message)
}

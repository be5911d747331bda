import { fail } from '../../../domain/problem-error.ts'
import { renderForeignText } from '../limit.ts'

/** The word of memcached to each connection beyond those that it has; then it closes that. */
const tooMany = /^ERROR Too many open connections/

/**
 * Fails for an answer that is none of those that were expected.
 * @param line undefined: the connection was closed without one
 * @param says how it is told
 * @throws ProblemError CONNECTIONS_TAKEN, PORT_UNREACHABLE
 */
export function refuseAnswer(host: string, port: number, line: string | undefined, says = 'it says'): never {
  if (line !== undefined && tooMany.test(line))
    return fail({ code: 'CONNECTIONS_TAKEN', details: { host, port } })
  const reason =
    line === undefined ? 'it closed the connection without an answer' : `${says} "${renderForeignText(line)}"`
  return fail({ code: 'PORT_UNREACHABLE', details: { host, port, reason } })
}

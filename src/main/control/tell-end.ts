import { type ClientContext, type ClientLink, mapEventIterator } from '@orpc/client'
import { ProblemError } from '../../domain/problem-error.ts'

/**
 * The link with the end of the program behind it told as that: by itself it says that a call was aborted, as if whoever
 * called had done that.
 * @param closed settles when the connection is gone; a caller that closes it itself has no call under way
 * @param path of the store
 */
export function tellEnd<Context extends ClientContext>(
  link: ClientLink<Context>,
  closed: Promise<void>,
  path: string,
): ClientLink<Context> {
  let isGone = false
  void closed.then(() => {
    isGone = true
  })
  const judge = async (error: unknown): Promise<unknown> => {
    // The calls are rejected a moment before it settles.
    await Promise.race([closed, new Promise((resolve) => setImmediate(resolve))])
    const isAborted = error instanceof Error && error.name === 'AbortError'
    return isGone && isAborted ? new ProblemError({ code: 'OWNER_ENDED', details: { path } }) : error
  }
  return {
    async call(names, input, options) {
      try {
        const output = await link.call(names, input, options)
        return isIterator(output)
          ? mapEventIterator(output, { value: async (value: unknown) => value, error: judge })
          : output
      } catch (error) {
        throw await judge(error)
      }
    },
  }
}

const isIterator = (output: unknown): output is AsyncIterator<unknown, unknown, unknown> =>
  typeof output === 'object' && output !== null && Symbol.asyncIterator in output

/** More bytes than this from one command are not an answer: the facts of a host with a thousand listeners have 50 KB. */
export const largestOutput = 2 * 1024 * 1024
/** The reason why a command failed that printed more than {@link largestOutput}. */
export const tooMuchOutput = 'it printed more than 2 MiB'

const keptStderr = 16 * 1024

/** Adds to what a command wrote to standard error and keeps the end of it, 16 KiB. */
export function appendStderr(before: string, chunk: Buffer): string {
  return (before + chunk.toString('utf8')).slice(-keptStderr)
}

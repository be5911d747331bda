import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Asks until the answer is yes.
 * @param what names the condition in the error that is thrown after `timeoutMs`
 */
export const until = async (
  what: string,
  holds: () => Promise<boolean> | boolean,
  timeoutMs = 30_000,
): Promise<void> => {
  const begun = Date.now()
  const deadline = begun + timeoutMs
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${what}: not so after ${timeoutMs} ms`)
    // Asking may start a program on a host, so long waits are asked about less often.
    await sleep(Date.now() - begun < 1_000 ? 25 : 75)
  }
}

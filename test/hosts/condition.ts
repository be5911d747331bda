import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Asks until the answer is yes.
 * @param what names the condition in the error that is thrown after `timeoutMs`
 */
export const until = async (
  what: string,
  holds: () => Promise<boolean> | boolean,
  timeoutMs = 15_000,
): Promise<void> => {
  const deadline = Date.now() + timeoutMs
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${what}: not so after ${timeoutMs} ms`)
    await sleep(25)
  }
}

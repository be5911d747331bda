/**
 * Work that is done when nothing has asked for it for a while, for what is told many times a second.
 * @param restMs how long nothing may ask, in milliseconds
 * @returns asks for it
 */
export function afterRest(work: () => void, restMs: number): () => void {
  let timer: NodeJS.Timeout | undefined
  return () => {
    if (timer === undefined) timer = setTimeout(work, restMs).unref()
    else timer.refresh()
  }
}

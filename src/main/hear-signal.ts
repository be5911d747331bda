/**
 * Hears a signal in place of being ended by it; the same again ends the program as usual.
 *
 * `process.once` would end it at the first: it is taken off before it is called, and while a program that execa started
 * runs, signal-exit listens too, finds itself alone, and sends the signal again.
 * @returns what stops hearing it
 */
export function hearSignal(signal: NodeJS.Signals, heard: () => void): () => void {
  let wasHeard = false
  const listener = (): void => {
    if (!wasHeard) {
      wasHeard = true
      heard()
      return
    }
    process.off(signal, listener)
    process.kill(process.pid, signal)
  }
  process.on(signal, listener)
  return () => void process.off(signal, listener)
}

import type { Duplex } from 'node:stream'

/**
 * Sends one command line of memcached's text protocol and reads until `parse` makes something of what came.
 * @param parse undefined when more has to be read
 * @returns undefined when the other side closed, failed or said more than `limitBytes` before that
 */
export function exchange<T>(
  stream: Duplex,
  line: string,
  limitBytes: number,
  parse: (text: string) => T | undefined,
  signal: AbortSignal,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    let text = ''
    const settle = (work: () => void): void => {
      signal.removeEventListener('abort', onAbort)
      stream.destroy()
      work()
    }
    const onAbort = (): void => settle(() => reject(signal.reason))
    const onOver = (): void => settle(() => resolve(undefined))
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    stream.on('error', onOver)
    stream.on('close', onOver)
    stream.on('end', onOver)
    stream.on('data', (chunk: Buffer) => {
      // memcached speaks ASCII; latin1 keeps every byte one character, so that no cut can spoil it.
      text += chunk.toString('latin1')
      if (text.length > limitBytes) return onOver()
      try {
        const parsed = parse(text)
        if (parsed !== undefined) settle(() => resolve(parsed))
      } catch (error) {
        // Thrown in a listener it would end the program, and the words are the host's.
        settle(() => reject(error))
      }
    })
    stream.write(`${line}\r\n`)
  })
}

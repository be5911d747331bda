import { Duplex } from 'node:stream'
import type { ClientChannel } from 'ssh2'

type Opened = (error: Error | undefined, channel: ClientChannel) => void

/**
 * Opens a channel and settles when the signal is aborted. A channel that arrives after that is closed at once.
 * @throws what the server answered, or the signal's reason
 */
export function openChannel(open: (done: Opened) => void, signal: AbortSignal): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    const onOpened: Opened = (error, channel) => {
      signal.removeEventListener('abort', onAbort)
      if (error) return reject(error)
      // ssh2 has only the stream's own 'error', which nothing handles until somebody takes the channel.
      channel.on('error', () => undefined)
      if (signal.aborted) {
        channel.resume()
        channel.close()
      } else resolve(channel)
    }
    try {
      open(onOpened)
    } catch (error) {
      // "Not connected", when the connection ended just now.
      signal.removeEventListener('abort', onAbort)
      reject(error)
    }
  })
}

export interface ChannelStreamOptions {
  /** Why the stream ends with an error, asked when the channel is over; undefined for a proper end. */
  whyBroken(): Error | undefined
  /** Waits with the end of the data for the end of the channel: for commands, which may fail after their last word. */
  readonly endsWithChannel: boolean
  /** Calls back when the connection ends: the channel itself says nothing while nobody reads. */
  onLost(callback: () => void): () => void
}

/**
 * A channel as a regular stream. ssh2's own ends quietly when the connection is lost, never says 'close' after
 * destroy(), and swallows writes then; this one ends with an error that says why.
 */
export function streamFromChannel(channel: ClientChannel, options: ChannelStreamOptions): Duplex {
  let isOver = false
  const finish = (): void => {
    if (stream.destroyed) return
    const error = options.whyBroken()
    if (error !== undefined) stream.destroy(error)
    else stream.push(null)
  }
  const stream = new Duplex({
    read: () => {
      channel.resume()
    },
    write: (chunk: Buffer, _encoding, done) => {
      if (isOver) return done(options.whyBroken() ?? new Error('the other side closed the stream'))
      // The other side has ended it already, and the end is not read yet.
      channel.write(chunk, (error) => done(error && (options.whyBroken() ?? error)))
    },
    final: (done) => {
      channel.end()
      done()
    },
    destroy: (error, done) => {
      channel.resume()
      channel.close()
      forget()
      done(error)
    },
  })
  channel.on('data', (chunk: Buffer) => {
    // A destroyed stream takes nothing, and a channel that is paused then never comes to its end: its place stays taken.
    if (!stream.destroyed && !stream.push(chunk)) channel.pause()
  })
  channel.on('end', () => {
    // The status comes after the last word, and a lost connection is told by itself.
    if (!options.endsWithChannel) finish()
  })
  channel.on('close', () => {
    isOver = true
    finish()
    // A write that waits for window space would wait for ever.
    if (stream.writableLength > 0 || stream.writableNeedDrain) stream.destroy(options.whyBroken())
  })
  const forget = options.onLost(() => stream.destroy(options.whyBroken()))
  // The connection may be lost while nobody listens; whoever uses the stream next sees that it is destroyed.
  stream.on('error', () => undefined)
  return stream
}

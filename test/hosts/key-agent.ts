import { createPrivateKey, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import net from 'node:net'
import ssh2 from 'ssh2'

/** Answers a question later, with its outcome; a handler that never calls it is silent. */
type Answer = (outcome: 'yes' | 'no') => void

export interface KeyAgentOptions {
  readonly socket: string
  /** Paths of ed25519 keys without a passphrase. */
  readonly keys: readonly string[]
  /** Told of each request to list the keys; answers it when it wants. At once unless given. */
  onList?(answer: Answer): void
  /** The same for signatures. */
  onSign?(answer: Answer): void
}

/** An SSH agent on a Unix socket, as people have one, whose answers come when a test says so. */
export interface KeyAgent {
  /** Questions so far. */
  readonly asked: { lists: number; signs: number }
  /** Connections that are open now. */
  open(): number
  close(): Promise<void>
}

const yes = (answer: Answer): void => answer('yes')

/** draft-miller-ssh-agent: requests and answers are a length, a kind and fields. */
export async function startKeyAgent({
  socket,
  keys,
  onList = yes,
  onSign = yes,
}: KeyAgentOptions): Promise<KeyAgent> {
  const asked = { lists: 0, signs: 0 }
  const held = keys.map((path) => {
    const parsed = ssh2.utils.parseKey(readFileSync(path))
    if (parsed instanceof Error) throw parsed
    return { path, parsed, blob: parsed.getPublicSSH() }
  })
  const connections = new Set<net.Socket>()
  const server = net.createServer((connection) => {
    connections.add(connection)
    connection.on('close', () => connections.delete(connection))
    connection.on('error', () => {})
    let buffer = Buffer.alloc(0)
    connection.on('data', (chunk) => {
      buffer = Buffer.concat([buffer, chunk])
      if (buffer.length < 4 || buffer.length < 4 + buffer.readUInt32BE(0)) return
      const message = buffer.subarray(4, 4 + buffer.readUInt32BE(0))
      buffer = buffer.subarray(4 + message.length)
      const reply = (body: Buffer): void => void connection.write(lengthOf(body))
      if (message[0] === 11) {
        asked.lists += 1
        onList((outcome) => {
          if (outcome === 'no') return reply(Buffer.from([5]))
          const entries = held.flatMap(({ path, blob }) => [lengthOf(blob), lengthOf(Buffer.from(path))])
          reply(Buffer.concat([Buffer.from([12]), number(held.length), ...entries]))
        })
      } else if (message[0] === 13) {
        asked.signs += 1
        const blob = message.subarray(5, 5 + message.readUInt32BE(1))
        const at = 5 + blob.length
        const data = message.subarray(at + 4, at + 4 + message.readUInt32BE(at))
        const key = held.find((each) => each.blob.equals(blob))
        onSign((outcome) => {
          if (outcome === 'no' || key === undefined) return reply(Buffer.from([5]))
          const signature = sign(null, data, createPrivateKey(key.parsed.getPrivatePEM()))
          const body = Buffer.concat([lengthOf(Buffer.from('ssh-ed25519')), lengthOf(signature)])
          reply(Buffer.concat([Buffer.from([14]), lengthOf(body)]))
        })
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  return {
    asked,
    open: () => connections.size,
    close: () => {
      for (const connection of connections) connection.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

const lengthOf = (body: Buffer): Buffer => Buffer.concat([number(body.length), body])

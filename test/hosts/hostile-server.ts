import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2, { type Client, type Connection } from 'ssh2'
import { countForged, type Forgery, isEndless, pour } from './forgery.ts'
import type { HostFacts } from './host.ts'
import { makeKey, readFingerprint } from './keys.ts'
import { joinBoth, passCommand } from './pass-on.ts'

/** An SSH server that passes everything to a true host, and what comes back too, but for what is forged. */
export interface HostileServer {
  readonly port: number
  readonly fingerprint: string
  /** From now on; `{}` forges nothing. */
  forge(forgery: Forgery): void
  /** How many answers were forged since then. */
  forged(): number
  close(): Promise<void>
}

export const startHostileServer = async (host: HostFacts): Promise<HostileServer> => {
  const folder = await mkdtemp(join(tmpdir(), 'memharbor-test-'))
  const hostKey = await makeKey(join(folder, 'host-key'))
  let forgery: Forgery = {}
  let forged = 0
  const connections = new Set<Connection>()
  const server = new ssh2.Server({ hostKeys: [readFileSync(hostKey)] }, (connection) => {
    connections.add(connection)
    connection.on('error', () => undefined)
    connection.on('authentication', (attempt) => attempt.accept())
    connection.once('ready', () => {
      void passOn(connection, host, () => forgery)
    })
    connection.once('close', () => connections.delete(connection))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    fingerprint: await readFingerprint(hostKey),
    forge: (next) => {
      forgery = countForged(next, () => {
        forged += 1
      })
      forged = 0
    },
    forged: () => forged,
    close: async () => {
      for (const connection of connections) connection.end()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true })
    },
  }
}

const connectTo = async (host: HostFacts): Promise<Client> => {
  const client = new ssh2.Client()
  client.on('error', () => undefined)
  const { address4, sshPort, user, identityFile } = host
  client.connect({ host: address4, port: sshPort, username: user, privateKey: readFileSync(identityFile) })
  await once(client, 'ready')
  return client
}

const passOn = async (connection: Connection, host: HostFacts, forgery: () => Forgery): Promise<void> => {
  // The other side asks as soon as it is in: what it asks for waits for the way to the true host.
  const reaching = connectTo(host)
  connection.once('close', () => void reaching.then((client) => client.end()))
  connection.on('session', (accept) => {
    accept().on('exec', (acceptExec, _reject, { command }) => {
      const channel = acceptExec()
      void reaching.then((client) =>
        client.exec(command, (error, truth) => {
          if (error) return channel.close()
          passCommand(channel, truth, command, forgery)
        }),
      )
    })
  })
  connection.on('openssh.streamlocal', (accept, _reject, { socketPath }) => {
    const channel = accept()
    channel.once('data', (head: Buffer) => {
      channel.pause()
      const path = /^\w+ (\S+) HTTP/.exec(head.toString('latin1'))?.[1] ?? ''
      const body = forgery().docker?.(path)
      const answered = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'
      if (isEndless(body)) {
        channel.write(`${answered}\r\n`)
        pour(channel, body)
        channel.resume()
        return
      }
      if (body !== undefined) {
        const length = Buffer.byteLength(body)
        channel.write(`${answered}Content-Length: ${length}\r\n\r\n`)
        channel.end(body)
        channel.resume()
        return
      }
      void reaching.then((client) =>
        client.openssh_forwardOutStreamLocal(socketPath, (error, truth) => {
          if (error) return channel.close()
          truth.write(head)
          joinBoth(channel, truth)
        }),
      )
    })
  })
  connection.on('tcpip', (accept, _reject, { destPort }) => {
    const channel = accept()
    const said = forgery().cache?.()
    if (isEndless(said)) return pour(channel, said)
    if (said !== undefined) return void channel.end(said)
    void reaching.then((client) =>
      client.forwardOut('127.0.0.1', 0, '127.0.0.1', destPort, (error, truth) => {
        if (error) return channel.close()
        joinBoth(channel, truth)
      }),
    )
  })
}

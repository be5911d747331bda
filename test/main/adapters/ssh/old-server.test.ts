import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import ssh2, { type Algorithms } from 'ssh2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeKey, readFingerprint } from '../../../hosts/keys.ts'
import { mustRun } from '../../../hosts/run.ts'
import { type Bench, openBench, problemOf, sshdSkipReason } from './bench.ts'

const skipped = sshdSkipReason()

describe.skipIf(skipped !== null)(`an old SSH server${skipped === null ? '' : ` (${skipped})`}`, () => {
  let bench: Bench
  const servers: ssh2.Server[] = []
  beforeAll(async () => {
    bench = await openBench()
  })
  afterAll(async () => {
    // A server waits for its connections.
    await bench?.close()
    for (const server of servers) await new Promise((resolve) => server.close(resolve))
  })

  /** A server with these algorithms only, that lets everybody in. */
  const connectTo = async (hostKey: string, algorithms: Algorithms) => {
    const server = new ssh2.Server({ hostKeys: [readFileSync(hostKey)], algorithms }, (client) => {
      client.on('authentication', (attempt) => attempt.accept())
      client.on('error', () => undefined)
    })
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const endpoint = `127.0.0.1:${port}`
    const fingerprint = await readFingerprint(hostKey)
    const pinned = new Map([[endpoint, { fingerprint }]])
    const fingerprints = { ed25519: fingerprint, rsa: fingerprint, ecdsa: fingerprint }
    return { endpoint, link: bench.link({ port, endpoint, fingerprints }, { pinned }) }
  }
  const rsaKey = async (name: string): Promise<string> => {
    const path = join(bench.folder, name)
    await mustRun(['ssh-keygen', '-q', '-t', 'rsa', '-m', 'PEM', '-N', '', '-f', path])
    return path
  }

  it('whose key proves itself by SHA-1 only is not logged in to', async () => {
    const { endpoint, link } = await connectTo(await rsaKey('sha1'), { serverHostKey: ['ssh-rsa'] })
    expect(await problemOf(link.connect())).toEqual({
      code: 'SSH_TOO_OLD',
      details: { host: 'web', address: endpoint, lacks: 'a host key that proves itself without SHA-1' },
    })
    // Only a person can mend that: it is not tried again by itself.
    expect(link.info()).toMatchObject({ connected: false, refused: true })
  })

  it('that wants everything compressed is not logged in to', async () => {
    const { endpoint, link } = await connectTo(await makeKey(join(bench.folder, 'packed')), {
      compress: ['zlib@openssh.com', 'zlib'],
    })
    expect(await problemOf(link.connect())).toEqual({
      code: 'SSH_TOO_OLD',
      details: { host: 'web', address: endpoint, lacks: 'a connection without compression' },
    })
  })

  it('with an RSA key and better algorithms beside is, without compression', async () => {
    const { link } = await connectTo(await rsaKey('sha2'), {
      serverHostKey: ['ssh-rsa', 'rsa-sha2-512'],
      compress: ['zlib@openssh.com', 'none'],
    })
    await link.connect()
    expect(link.info()).toMatchObject({ connected: true })
  })
})

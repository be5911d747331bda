import { appendFileSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AcceptedHostKey } from '../../../../src/main/adapters/ssh/connection.ts'
import { mustRun } from '../../../hosts/run.ts'
import { type Bench, openBench, problemOf, sshdSkipReason } from './bench.ts'
import type { Sshd } from './sshd.ts'

const skipped = sshdSkipReason()

describe.skipIf(skipped !== null)(`host keys${skipped === null ? '' : ` (${skipped})`}`, () => {
  let bench: Bench
  let server: Sshd
  beforeAll(async () => {
    bench = await openBench()
    server = await bench.sshd({ keyTypes: ['ed25519', 'ecdsa', 'rsa'] })
  })
  afterAll(() => bench.close())

  const scan = async (type: string): Promise<string> => {
    const lines = await mustRun([
      'ssh-keyscan',
      '-T',
      '40',
      '-t',
      type,
      '-p',
      String(server.port),
      '127.0.0.1',
    ])
    return `${lines.split('\n').find((line) => line.startsWith('[127.0.0.1]'))}\n`
  }

  it('an unknown key is shown and nothing is sent; pinned afterwards, the same link logs in', async () => {
    const pinned = new Map<string, { fingerprint: string }>()
    const seen: AcceptedHostKey[] = []
    const link = bench.link(server, { pinned, onHostKey: (key) => seen.push(key) })
    const before = server.log().length
    expect(await problemOf(link.connect())).toEqual({
      code: 'HOST_KEY_UNKNOWN',
      details: {
        host: 'web',
        address: server.endpoint,
        keyType: 'ssh-ed25519',
        fingerprint: server.fingerprints.ed25519,
      },
    })
    expect(server.log().slice(before)).not.toMatch(/Accepted|Postponed|Failed publickey|authenticating user/)
    expect(seen).toEqual([])
    pinned.set(server.endpoint, { fingerprint: server.fingerprints.ed25519 })
    await link.connect()
    expect(seen).toEqual([
      {
        endpoint: server.endpoint,
        keyType: 'ssh-ed25519',
        fingerprint: server.fingerprints.ed25519,
        source: 'pinned',
      },
    ])
  })

  it('a changed key stops before the login', async () => {
    // Its own server: the other one's log may still be telling of an earlier login.
    const own = await bench.sshd()
    const wrong = `SHA256:${'A'.repeat(43)}`
    const link = bench.link(own, { pinned: new Map([[own.endpoint, { fingerprint: wrong }]]) })
    expect(await problemOf(link.connect())).toEqual({
      code: 'HOST_KEY_CHANGED',
      details: {
        host: 'web',
        address: own.endpoint,
        pinned: wrong,
        keyType: 'ssh-ed25519',
        fingerprint: own.fingerprints.ed25519,
      },
    })
    expect(own.log()).not.toMatch(/Accepted|Postponed|Failed publickey/)
    expect(link.info().connected).toBe(false)
  })

  it.each(['ecdsa', 'rsa'] as const)('a pinned %s key is found without its type being told', async (type) => {
    const seen: string[] = []
    const pinned = new Map([[server.endpoint, { fingerprint: server.fingerprints[type] }]])
    const link = bench.link(server, { pinned, onHostKey: (key) => seen.push(key.fingerprint) })
    await link.connect()
    expect(seen).toEqual([server.fingerprints[type]])
  })

  it('a pinned type is asked for first', async () => {
    const pinned = new Map([[server.endpoint, { fingerprint: server.fingerprints.rsa, keyType: 'ssh-rsa' }]])
    await bench.link(server, { pinned }).connect()
  })

  it.each(['plain', 'hashed'])('a key in a %s known_hosts is known', async (kind) => {
    const knownHosts = bench.file(`known_${kind}`, await scan('rsa'))
    if (kind === 'hashed') {
      await mustRun(['ssh-keygen', '-H', '-f', knownHosts])
      expect(readFileSync(knownHosts, 'utf8')).toMatch(/^\|1\|/)
    }
    const seen: AcceptedHostKey[] = []
    const configFile = bench.file(`config_${kind}`, configWith(bench, knownHosts))
    await bench.link(server, { pinned: new Map(), configFile, onHostKey: (key) => seen.push(key) }).connect()
    expect(seen).toMatchObject([{ source: 'known-hosts', fingerprint: server.fingerprints.rsa }])
  })

  it('another key of the same type in known_hosts is a change, and so is a revoked one', async () => {
    const other = await bench.sshd()
    const line = await scan('ed25519')
    const moved = bench.file('known_moved', line.replace(String(server.port), String(other.port)))
    const configFile = bench.file('config_moved', configWith(bench, moved))
    expect(await problemOf(bench.link(other, { pinned: new Map(), configFile }).connect())).toEqual({
      code: 'HOST_KEY_CHANGED',
      details: {
        host: 'web',
        address: other.endpoint,
        pinned: server.fingerprints.ed25519,
        keyType: 'ssh-ed25519',
        fingerprint: other.fingerprints.ed25519,
      },
    })
    // A pin decides alone: that is how the operator accepts the new key.
    await bench.link(other, { configFile }).connect()
    appendFileSync(moved, `@revoked ${line}`)
    expect(await problemOf(bench.link(server, { configFile }).connect())).toMatchObject({
      code: 'HOST_KEY_CHANGED',
    })
  })
})

const configWith = (bench: Bench, knownHosts: string): string =>
  readFileSync(bench.configFile, 'utf8').replace(bench.knownHosts, knownHosts)

import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '../client.ts'
import { memcacheTalk } from '../memcache-talk.ts'
import type { Running } from '../running.ts'
import type { Look, ProofStep } from './proof.ts'

/** A client with a name for people. */
export interface Visitor {
  readonly name: string
  readonly client: Client
}

/** Where a tenant is reached over one family. */
export interface Endpoint {
  readonly family: 'IPv4' | 'IPv6'
  readonly address: string
  readonly port: number
}

/** A port that does not answer is told from one that does only by waiting; from next door an answer takes 1 ms. */
const patienceMs = 1_500

/** That a client gets the version, and stores a value and reads it back. */
export const getsIn = ({ name, client }: Visitor, { family, address, port }: Endpoint): ProofStep => ({
  sentence: `${name} gets VERSION, and a value set and read back, over ${family}`,
  look: async () => {
    const value = `${name} over ${family}`
    const key = value.replaceAll(' ', '-')
    const text = `version\r\nset ${key} 0 60 ${value.length}\r\n${value}\r\nget ${key}\r\n`
    const talk = await memcacheTalk(client, address, port, text, patienceMs)
    if (talk.kind !== 'answer') return { held: false, seen: describeSilence(talk.kind) }
    const [version = '', ...rest] = talk.text.split('\r\n')
    const expected = ['STORED', `VALUE ${key} 0 ${value.length}`, value, 'END', '']
    const held = /^VERSION \d/.test(version) && JSON.stringify(rest) === JSON.stringify(expected)
    return { held, seen: held ? `${version}, "${value}"` : talk.text.trim().replaceAll('\r\n', ', ') }
  },
})

/** That a client hears nothing at all: no connection, and no refusal either. */
export const timesOut = ({ name, client }: Visitor, { family, address, port }: Endpoint): ProofStep => ({
  sentence: `${name} times out over ${family}`,
  look: async () => {
    const talk = await memcacheTalk(client, address, port, 'version\r\n', patienceMs)
    if (talk.kind === 'answer') return { held: false, seen: talk.text.trim() }
    return { held: talk.kind === 'timeout', seen: describeSilence(talk.kind) }
  },
})

const describeSilence = (kind: 'timeout' | 'refused' | 'unreachable'): string =>
  kind === 'timeout' ? `nothing came back in ${patienceMs} ms` : `the connection was ${kind}`

/** A connection that a client keeps open; memcached has answered on it. */
export const holdConnection = async ({ client }: Visitor, { address, port }: Endpoint): Promise<Running> => {
  const held = await client.spawn(['nc', address, String(port)])
  await held.write('version\r\n')
  await held.waitFor('VERSION ')
  return held
}

/** That an open connection ends, within 5 s of being looked at. */
export const isCut = async (connection: Running): Promise<Look> => {
  const ended = connection.exited().then(() => true)
  const limit = new AbortController()
  const held = await Promise.race([ended, sleep(5_000, false, { signal: limit.signal }).catch(() => false)])
  limit.abort()
  return { held, seen: held ? 'it was closed' : 'it is still open' }
}

/** That an open connection is still answered. */
export const isAnswered = async (connection: Running): Promise<Look> => {
  await connection.write('get nothing\r\n')
  const output = await connection.waitFor('END')
  return { held: true, seen: output.trim().replaceAll('\r\n', ', ') }
}

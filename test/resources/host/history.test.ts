import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { skipReason } from '../../hosts/platform.ts'
import {
  ask,
  askOne,
  freshenHelperHost,
  helperPath,
  readResource,
  restore,
  startHelperHost,
} from './helper-host.ts'
import { allow, close, configure, placed, put, reserve } from './requests.ts'

const reason = skipReason()
const [office, home, friend] = ['203.0.113.0/24', '198.51.100.7/32', '192.0.2.1/32']
const kept = new URL('../../fixtures/b696e63/memharbor-host', import.meta.url)
const list = (...cidrs: string[]) => placed('acme0001', { allow: allow(...cidrs) })

interface Pair {
  readonly revision: number
  readonly history: string
}

describe.skipIf(reason !== null)(`the history of a host${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  beforeAll(async () => {
    host = await startHelperHost()
  })
  beforeEach(async () => {
    await freshenHelperHost(host)
    await ask(host, configure({ reservedMb: 0 }), reserve(), put(2, list(office, home)))
  })
  afterAll(() => host?.stop())

  const pairOf = async (): Promise<Pair> => {
    const [hello, records] = await ask(host, { v: 1, op: 'hello' }, { v: 1, op: 'records' })
    const { revision, history } = records as unknown as Pair
    expect(hello).toMatchObject({ revision, history })
    expect(history).toMatch(/^[0-9a-f]{64}$/)
    return { revision, history }
  }
  const askKnown = (known: Pair) => askOne(host, { v: 1, op: 'records', known })
  const keepFiles = () => host.exec(['sh', '-c', 'rm -rf /root/kept && cp -a /var/lib/memharbor /root/kept'])
  const putBack = () =>
    host.exec(['sh', '-c', 'rm -r /var/lib/memharbor && cp -a /root/kept /var/lib/memharbor'])

  it('lists no tenants to who knows the state as it is, and says what came from it', async () => {
    const first = await pairOf()
    expect(await askKnown(first)).toEqual({
      ...{ ok: true, ...first, unchanged: true, isAncestor: true, tenants: {}, unrecorded: {} },
    })
    await ask(host, close('acme0001', [home]))
    expect(await askKnown(first)).toMatchObject({
      ...{ unchanged: false, isAncestor: true, revision: 4, tenants: { acme0001: { revision: 4 } } },
    })
    expect(await askOne(host, { v: 1, op: 'records' })).toMatchObject({ unchanged: false, isAncestor: null })
  })

  it('is another one where the files were put back, also at the same revision', async () => {
    await keepFiles()
    const old = await pairOf()
    await ask(host, close('acme0001', [home]))
    const known = await pairOf()
    await putBack()
    expect(await pairOf()).toEqual(old)
    expect(await askKnown(known)).toMatchObject({ unchanged: false, isAncestor: false, revision: 3 })
    await ask(host, put(3, list(office, home, friend)))
    expect((await pairOf()).revision).toBe(known.revision)
    expect(await askKnown(known)).toMatchObject({ unchanged: false, isAncestor: false })
    await ask(host, put(4, list(office, home)))
    expect(await askKnown(known)).toMatchObject({ isAncestor: false })
    expect(await askKnown(old)).toMatchObject({ isAncestor: true })
  })

  it('is the same from the journal of a killed helper and from the state file', async () => {
    const session = await host.spawn([helperPath])
    for (const change of [put(3, list(office)), close('acme0001', [office])]) {
      await session.write(`${JSON.stringify(change)}\n`)
    }
    await expect.poll(async () => (await session.output()).split('\n').length).toBe(3)
    await session.kill()
    const replayed = await pairOf()
    await ask(host, configure({ operator: 'ann' }))
    expect(await askKnown(replayed)).toMatchObject({ revision: 6, isAncestor: true })
    const folded = await pairOf()
    expect(JSON.parse((await host.exec(['cat', '/var/lib/memharbor/state.json'])).stdout)).toMatchObject(
      folded,
    )
    expect(await pairOf()).toEqual(folded)
  })

  it('does not go on with a change that was taken back', async () => {
    const before = await pairOf()
    await host.exec(['mv', '/usr/sbin/ipset', '/usr/sbin/ipset.away'])
    expect(await askOne(host, put(3, list(office)))).toMatchObject({ code: 'kernel' })
    await host.exec(['mv', '/usr/sbin/ipset.away', '/usr/sbin/ipset'])
    expect(await pairOf()).toEqual(before)
  })

  it('cannot tell what is too long ago', async () => {
    const first = await pairOf()
    await ask(host, put(3, list(office)), put(4, list()))
    const path = '/var/lib/memharbor/state.json'
    const state = JSON.parse((await host.exec(['cat', path])).stdout)
    const text = JSON.stringify({ ...state, past: state.past.slice(-1) })
    await writeHostFile(host.namespace, path, text, { mode: '600' })
    expect(await askKnown(first)).toMatchObject({ isAncestor: null })
  })

  it.each([
    ['a look', (it: HostNamespace) => askOne(it, { v: 1, op: 'hello' })],
    ['the timer', (it: HostNamespace) => restore(it)],
  ])('begins with what a helper of b696e63 wrote, once: %s', async (_, first) => {
    await host.exec(['rm', '/var/lib/memharbor/state.json'])
    await writeHostFile(host.namespace, helperPath, await readFile(kept, 'utf8'), { mode: '755' })
    const older = await host.spawn([helperPath])
    const changes = [configure({ reservedMb: 0 }), reserve(), put(2, list(office))]
    for (const change of changes) await older.write(`${JSON.stringify(change)}\n`)
    await expect.poll(async () => (await older.output()).split('\n').length).toBe(4)
    await keepFiles()
    await writeHostFile(host.namespace, helperPath, await readResource('memharbor-host'), { mode: '755' })
    await first(host)
    const pair = await pairOf()
    expect(pair.revision).toBe(3)
    // The session of before, still open, can no longer write the file.
    await older.write(`${JSON.stringify(put(3, list(office, home)))}\n`)
    await older.waitFor('"code":"state"')
    await older.end()
    await older.exited()
    expect(await pairOf()).toEqual(pair)
    await putBack()
    expect(await pairOf(), 'the same files give the same history').toEqual(pair)
  })
})

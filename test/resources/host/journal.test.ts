import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { skipReason } from '../../hosts/platform.ts'
import type { Running } from '../../hosts/running.ts'
import {
  ask,
  askOne,
  entries,
  freshenHelperHost,
  helperPath,
  restore,
  startHelperHost,
} from './helper-host.ts'
import { allow, configure, placed, put, remove, reserve } from './requests.ts'

const reason = skipReason()
const stateFile = '/var/lib/memharbor/state.json'
const journalFile = '/var/lib/memharbor/journal'
let shared: HostNamespace

/** A configured host without tenants. */
const fresh = async (): Promise<HostNamespace> => {
  await freshenHelperHost(shared)
  await ask(shared, configure({ reservedMb: 0 }))
  return shared
}

const read = async (host: HostNamespace, path: string): Promise<string> =>
  (await host.exec(['cat', path])).stdout

/** Sends requests to a session that stays open, and waits for as many replies. */
const tell = async (session: Running, ...requests: readonly object[]): Promise<void> => {
  const lines = async (): Promise<number> => (await session.output()).split('\n').length - 1
  const before = await lines()
  await session.write(requests.map((request) => `${JSON.stringify(request)}\n`).join(''))
  await until('the helper has answered', async () => (await lines()) === before + requests.length)
}

const list = (...cidrs: string[]) => placed('acme0001', { allow: allow(...cidrs) })

/** A host whose helper was killed after three changes: they are in the journal alone. */
const withJournal = async (): Promise<HostNamespace> => {
  const host = await fresh()
  const session = await host.spawn([helperPath])
  await tell(session, reserve(), put(2, list('203.0.113.0/24')), put(3, list('198.51.100.0/24')))
  await session.kill()
  return host
}

/** The filter as after a reboot, before anything of ours ran. */
const loseFilter = (host: HostNamespace) => host.exec(['sh', '-c', 'nft flush ruleset; ipset destroy'])

const changeJournal = async (host: HostNamespace, change: (text: string) => string): Promise<void> =>
  writeHostFile(host.namespace, journalFile, change(await read(host, journalFile)), { mode: '600' })

describe.skipIf(reason !== null)(`the helper's journal${reason === null ? '' : ` (${reason})`}`, () => {
  beforeAll(async () => {
    shared = await startHelperHost()
  })
  afterAll(() => shared?.stop())

  it('holds the changes of a session, and its end makes the state file whole', async () => {
    const host = await fresh()
    const before = await read(host, stateFile)
    const session = await host.spawn([helperPath])
    await tell(session, reserve(), put(2, list('203.0.113.0/24')))
    expect(await read(host, stateFile)).toBe(before)
    expect((await read(host, journalFile)).split('\n')).toHaveLength(3)
    await session.end()
    expect(await session.exited()).toBe(0)
    expect(await read(host, journalFile)).toBe('')
    expect(JSON.parse(await read(host, stateFile))).toMatchObject({
      revision: 3,
      tenants: { acme0001: list('203.0.113.0/24') },
    })
  })

  it('has every acknowledged change of a killed helper, also after a reboot', async () => {
    const host = await withJournal()
    expect(await read(host, stateFile)).not.toContain('acme0001')
    await loseFilter(host)
    expect(await restore(host)).toMatchObject({ status: 0, stderr: expect.not.stringContaining('damaged') })
    expect(await entries(host, 'mh4')).toEqual(['198.51.100.0/24,tcp:20000'])
    expect(await askOne(host, { v: 1, op: 'records' })).toMatchObject({
      revision: 4,
      tenants: { acme0001: { revision: 4, allow: allow('198.51.100.0/24') } },
    })
  })

  it('gives replies of a killed helper again, and keeps ports back that it released', async () => {
    const host = await fresh()
    const session = await host.spawn([helperPath])
    const request = reserve()
    await tell(session, request, remove('acme0001'))
    await session.kill()
    const [again, other] = await ask(host, request, reserve('other001'))
    expect(again).toMatchObject({ ok: true, replayed: true, port: 20_000 })
    expect(other).toMatchObject({ ok: true, port: 20_001 })
  })

  it('passes over a write that was cut off, and puts the next one in its place', async () => {
    const host = await withJournal()
    const [whole, line] = [await read(host, journalFile), '0123456789abcdef {"hostId":"']
    await changeJournal(host, (text) => `${text}${line}`)
    expect(await askOne(host, { v: 1, op: 'hello' })).toMatchObject({ state: 'ok', revision: 4 })
    const session = await host.spawn([helperPath])
    await tell(session, put(4, list('192.0.2.0/24')))
    const journal = await read(host, journalFile)
    expect(journal.startsWith(whole)).toBe(true)
    expect(journal).not.toContain(`${line}\n`)
    expect(journal.slice(whole.length)).toMatch(/^[0-9a-f]{64} \{.*\}\n$/)
    await session.kill()
    expect(await askOne(host, { v: 1, op: 'hello' })).toMatchObject({ state: 'ok', revision: 5 })
  })

  it.each([
    ['an altered line', (text: string) => text.replace('203.0.113.0/24', '0.0.0.0/1')],
    ['an altered last line', (text: string) => text.replace('198.51.100.0/24', '0.0.0.0/1')],
    ['a lost first line', (text: string) => text.slice(text.indexOf('\n') + 1)],
    ['a strange line', (text: string) => `hello\n${text}`],
    ['an empty line at the end', (text: string) => `${text}\n`],
  ])('lets nobody in with a damaged journal: %s', async (_, damage) => {
    const host = await withJournal()
    await changeJournal(host, damage)
    await loseFilter(host)
    expect(await restore(host)).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('journal is damaged'),
    })
    expect(await entries(host, 'mh4')).toEqual([])
    const [hello, change, seen] = await ask(host, { v: 1, op: 'hello' }, put(4, list('192.0.2.0/24')), {
      v: 1,
      op: 'observe',
    })
    expect(hello).toMatchObject({ ok: true, state: 'damaged' })
    expect(change).toMatchObject({ ok: false, code: 'state' })
    expect(seen).toMatchObject({ state: null, kernel: { base: [{ closed: true }, { closed: true }] } })
    const journal = await read(host, journalFile)
    // Nobody loses records by an ordinary configure, and whole ones are not renewed.
    expect(await askOne(host, configure())).toMatchObject({ ok: false, code: 'state' })
    const at = new Date().toISOString()
    const released = [{ port: 20_000, at, tenantId: 'gone0001' }]
    const renewed = await askOne(host, configure({ renew: true, reservedMb: 0, released }))
    expect(renewed).toMatchObject({ ok: true, revision: 1 })
    expect(await askOne(host, { v: 1, op: 'observe' })).toMatchObject({ state: { released } })
    expect(await entries(host, 'mh4')).toEqual([])
    expect(await askOne(host, { v: 1, op: 'records' })).toMatchObject({ ok: true, tenants: {} })
    const kept = (await host.exec(['sh', '-c', 'cat /var/lib/memharbor/journal.damaged-*'])).stdout
    expect(kept).toBe(journal)
    const again = await askOne(host, configure({ renew: true, reservedMb: 1 }))
    expect(again).toMatchObject({ ok: true, hostId: renewed['hostId'], revision: 2 })
    expect(await askOne(host, reserve())).toMatchObject({ ok: true, port: 20_001 })
    const more = [{ port: 20_001, at, tenantId: 'gone0001' }, ...released]
    expect(await askOne(host, configure({ reservedMb: 1, released: more })), "a tenant's port").toMatchObject(
      {
        revision: 3,
      },
    )
  })

  it('passes over what the state file has already, as after a crash between writing it and emptying the journal', async () => {
    const host = await withJournal()
    const journal = await read(host, journalFile)
    await ask(host, put(4, list('192.0.2.0/24')))
    await changeJournal(host, () => journal)
    expect(await askOne(host, { v: 1, op: 'records' })).toMatchObject({
      revision: 5,
      tenants: { acme0001: { allow: allow('192.0.2.0/24') } },
    })
  })

  it('shows two sessions what the other did', async () => {
    const host = await fresh()
    const [one, two] = [await host.spawn([helperPath]), await host.spawn([helperPath])]
    await tell(one, reserve())
    await tell(two, reserve('other001'))
    await tell(one, put(2, list('203.0.113.0/24')))
    await tell(two, put(4, list('198.51.100.0/24')))
    await tell(two, remove('other001'))
    await one.end()
    await one.exited()
    await tell(two, put(5, list('192.0.2.0/24')))
    await tell(two, { v: 1, op: 'records' })
    const replies = (await two.output())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { ok: boolean })
    expect(replies.map(({ ok }) => ok)).toEqual(Array.from({ length: 5 }, () => true))
    expect(replies.at(-1)).toMatchObject({ revision: 7, tenants: { acme0001: list('192.0.2.0/24') } })
    await two.kill()
    expect(await entries(host, 'mh4')).toEqual(['192.0.2.0/24,tcp:20000'])
  })

  it('is folded into the state file before it grows long', async () => {
    const host = await fresh()
    const session = await host.spawn([helperPath])
    const wide = Array.from({ length: 1000 }, (_, index) => `10.1.${index >> 8}.${index & 255}/32`)
    await tell(session, reserve())
    for (let revision = 2; revision < 22; revision += 1) await tell(session, put(revision, list(...wide)))
    const size = async (path: string): Promise<number> =>
      Number((await host.exec(['stat', '-c', '%s', path])).stdout)
    expect(await size(journalFile)).toBeLessThan(600_000)
    expect(JSON.parse(await read(host, stateFile))).toMatchObject({
      tenants: { acme0001: { allow: allow(...wide) } },
    })
    await session.kill()
    expect(await askOne(host, { v: 1, op: 'hello' })).toMatchObject({ revision: 22 })
  })

  it('changes nothing on a full disk, and goes on when there is room again', async () => {
    const host = await fresh()
    await host.exec([
      'sh',
      '-c',
      'cp -a /var/lib/memharbor /tmp/kept && mount -t tmpfs -o size=512k,mode=700 none /var/lib/memharbor && cp -a /tmp/kept/. /var/lib/memharbor',
    ])
    await ask(host, reserve())
    await host.exec(['sh', '-c', 'cat /dev/zero > /var/lib/memharbor/filler'])
    const refused = await askOne(host, put(2, list('203.0.113.0/24')))
    expect(refused).toMatchObject({ ok: false, code: 'disk' })
    expect(await entries(host, 'mh4')).toEqual([])
    expect(await askOne(host, { v: 1, op: 'hello' })).toMatchObject({ state: 'ok', revision: 2 })
    await host.exec(['rm', '/var/lib/memharbor/filler'])
    expect(await askOne(host, put(2, list('203.0.113.0/24')))).toMatchObject({ ok: true, revision: 3 })
    expect(await entries(host, 'mh4')).toEqual(['203.0.113.0/24,tcp:20000'])
  })

  it('starts anew with a new state file, whatever lies beside it', async () => {
    const host = await withJournal()
    await host.exec(['rm', stateFile])
    const [configured, reserved] = await ask(host, configure(), reserve('other001'))
    expect(configured).toMatchObject({ ok: true, revision: 1 })
    expect(reserved).toMatchObject({ ok: true, revision: 2, port: 20_000 })
  })
})

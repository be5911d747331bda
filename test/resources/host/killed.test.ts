import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { skipReason } from '../../hosts/platform.ts'
import { type FatalProgram, type Fate, installFatalProgram } from './fatal-program.ts'
import {
  ask,
  askOne,
  entries,
  freshenHelperHost,
  helperPath,
  restore,
  saveRaw,
  startHelperHost,
} from './helper-host.ts'
import { allow, close, configure, placed, put, remove, reserve } from './requests.ts'

const reason = skipReason()
const hosts: HostNamespace[] = []
const [before, after] = ['203.0.113.0/24', '198.51.100.0/24']
const rangeFile = '/var/lib/memharbor/range'
const lockFile = '/var/lib/memharbor/lock'

interface FatalHost {
  readonly host: HostNamespace
  /** Ends its callers on demand. */
  readonly ipset: FatalProgram
}

const startFatalHost = async (): Promise<FatalHost> => {
  const host = await startHelperHost()
  return { host, ipset: await installFatalProgram(host, 'ipset', 'restore -exist') }
}

/** A host of its own, for a test that puts more programs in the place of others. */
const withTenantAlone = async (): Promise<FatalHost> => {
  const started = await startFatalHost()
  hosts.push(started.host)
  await writeTenant(started.host)
  return started
}

/** A tenant that one network may reach, at revision 3. */
const writeTenant = async (host: HostNamespace): Promise<void> => {
  const replies = await ask(host, configure({ reservedMb: 0 }), reserve(), put(2, list(before)))
  expect(replies.map(({ ok }) => ok)).toEqual([true, true, true])
}

const list = (...cidrs: string[]) => placed('acme0001', { allow: allow(...cidrs) })
const entry = (cidr: string) => `${cidr},tcp:20000`

/** Sends a request to a helper that is killed by it. */
const askFatally = async (host: HostNamespace, request: object): Promise<void> => {
  const session = await host.spawn([helperPath])
  await session.write(`${JSON.stringify(request)}\n`)
  await session.exited()
  expect(await session.output(), 'a killed helper has not answered').toBe('')
  expect((await host.exec(['cat', lockFile])).stdout).toBe('unfinished')
}

/** The kernel, read with raw tools, and the word of the lock file; nothing of it makes a difference by itself. */
const look = async (host: HostNamespace) => ({
  entries: await entries(host, 'mh4'),
  ports: await entries(host, 'mhp'),
  word: (await host.exec(['cat', lockFile])).stdout,
})

const expectAgreement = async (host: HostNamespace, revision: number, tenants: object): Promise<void> => {
  const [hello, records, seen] = await ask(
    host,
    { v: 1, op: 'hello' },
    { v: 1, op: 'records' },
    { v: 1, op: 'observe' },
  )
  expect(hello).toMatchObject({ ok: true, state: 'ok', revision })
  expect(records).toMatchObject({ ok: true, revision, tenants })
  expect(seen).toMatchObject({
    state: { revision, tenants: records?.['tenants'] },
    kernel: {
      base: [{ complete: true }, { complete: true }],
      drift: { missingCount: 0, surplusCount: 0 },
      problems: [],
    },
  })
  const file = JSON.parse((await host.exec(['cat', '/var/lib/memharbor/state.json'])).stdout)
  const { stdout: journal } = await host.exec(['cat', '/var/lib/memharbor/journal'])
  // Changes that are not in the one are in the other.
  expect(file.revision + journal.split('\n').length - 1).toBe(revision)
}

const calls: readonly (readonly [string, (host: HostNamespace, again: object) => Promise<unknown>])[] = [
  ['a look at the records', (host) => askOne(host, { v: 1, op: 'records' })],
  ['a hello', (host) => askOne(host, { v: 1, op: 'hello' })],
  ['a look at everything', (host) => askOne(host, { v: 1, op: 'observe' })],
  ['the same request again', (host, again) => askOne(host, again)],
  ['another change', (host) => askOne(host, reserve('other001'))],
  ['a change that is refused', (host) => askOne(host, put(1, list()))],
  ['the timer', (host) => restore(host)],
]

describe.skipIf(reason !== null)(`a helper that is killed${reason === null ? '' : ` (${reason})`}`, () => {
  let shared: FatalHost
  beforeAll(async () => {
    shared = await startFatalHost()
  })
  afterEach(async () => {
    for (const host of hosts.splice(0)) await host.stop()
  })
  afterAll(() => shared?.host.stop())

  const withTenant = async (): Promise<FatalHost> => {
    await freshenHelperHost(shared.host)
    await writeTenant(shared.host)
    return shared
  }

  const fates: readonly Fate[] = ['before', 'half', 'after']
  const cases = fates.flatMap((fate) =>
    // Half a change meets every kind of call, and the two ends share them.
    calls
      .filter((_, index) => fate === 'half' || (fate === 'before') === (index % 2 === 0))
      .map((call) => [fate, ...call] as const),
  )
  it.each(cases)('%s the kernel change of a put: %s makes it whole', async (fate, what, call) => {
    const { host, ipset } = await withTenant()
    const request = put(3, list(after))
    await ipset.next(fate)
    await askFatally(host, request)
    const between = {
      before: [entry(before)],
      half: [entry(before), entry(after)].sort(),
      after: [entry(after)],
    }
    expect(await entries(host, 'mh4')).toEqual(between[fate as keyof typeof between])
    await call(host, request)
    expect(await look(host)).toEqual({ entries: [entry(after)], ports: ['20000'], word: '' })
    const revision = what === 'another change' ? 5 : 4
    const acme0001 = { ...list(after), revision: 4 }
    await expectAgreement(host, revision, { acme0001 })
    expect(await askOne(host, request)).toMatchObject({ ok: true, replayed: true, revision: 4, entries: 2 })
  })

  const closings = fates.flatMap((fate) =>
    calls
      .filter((_, index) => fate === 'half' || index === (fate === 'before' ? 1 : 6))
      .map((call) => [fate, ...call] as const),
  )
  it.each(closings)('%s the kernel change of a close: %s makes it whole', async (fate, what, call) => {
    const { host, ipset } = await withTenant()
    const all = [before, after, '192.0.2.0/24']
    expect(await askOne(host, put(3, list(...all)))).toMatchObject({ ok: true, revision: 4 })
    const request = close('acme0001', [before, after])
    await ipset.next(fate)
    await askFatally(host, request)
    const between = { before: all, half: [before, '192.0.2.0/24'], after: ['192.0.2.0/24'] }
    const left = between[fate as keyof typeof between]
    expect(await entries(host, 'mh4')).toEqual(left.map(entry).sort())
    await call(host, request)
    expect(await look(host)).toEqual({ entries: [entry('192.0.2.0/24')], ports: ['20000'], word: '' })
    const revision = what === 'another change' ? 6 : 5
    await expectAgreement(host, revision, { acme0001: { ...list('192.0.2.0/24'), revision: 5 } })
    expect(await askOne(host, request)).toMatchObject({
      replayed: true,
      revision: 5,
      closed: [before, after],
    })
  })

  it('while a suspended tenant is taken out of the kernel: nobody gets in', async () => {
    const { host, ipset } = await withTenant()
    await ipset.next('half')
    await askFatally(host, close('acme0001', null))
    await askOne(host, { v: 1, op: 'records' })
    expect(await look(host)).toEqual({ entries: [], ports: [], word: '' })
    await expectAgreement(host, 4, { acme0001: { ...list(before), open: false, revision: 4 } })
  })

  it('while a close falls back to new sets: nobody gets in who was closed', async () => {
    const { host, ipset } = await withTenantAlone()
    const tables = await installFatalProgram(host, 'iptables-save', '-t raw')
    await ipset.next('refused')
    await tables.next('before')
    await askFatally(host, close('acme0001', [before]))
    expect(await entries(host, 'mh4')).toEqual([entry(before)])
    await askOne(host, { v: 1, op: 'records' })
    expect(await look(host)).toEqual({ entries: [], ports: ['20000'], word: '' })
    await expectAgreement(host, 4, { acme0001: list() })
  })

  it.each(fates)('%s the kernel change of a remove: the next call makes it whole', async (fate) => {
    const { host, ipset } = await withTenant()
    const request = remove('acme0001')
    await ipset.next(fate)
    await askFatally(host, request)
    await askOne(host, { v: 1, op: 'records' })
    expect(await look(host)).toEqual({ entries: [], ports: [], word: '' })
    await expectAgreement(host, 4, {})
    expect(await askOne(host, request)).toMatchObject({ ok: true, replayed: true, absent: false })
    // The port rests, as the line said.
    expect(await askOne(host, reserve('other001'))).toMatchObject({ port: 20_001 })
  })

  it.each(['before', 'after'] as const)(
    '%s the kernel change of a configure: the former range is closed',
    async (fate) => {
      const { host } = await withTenantAlone()
      const rules = await saveRaw(host, 4)
      const request = configure({ range: { from: 20_000, to: 20_999 } })
      const program = await installFatalProgram(host, 'iptables-restore', '--noflush')
      await program.next(fate)
      await askFatally(host, request)
      await askOne(host, { v: 1, op: 'records' })
      expect(await saveRaw(host, 4)).toBe(rules)
      expect(await look(host)).toEqual({ entries: [entry(before)], ports: ['20000'], word: '' })
      expect((await host.exec(['cat', rangeFile])).stdout).toBe('20000 29999 10.213.0.0/16\n')
      await expectAgreement(host, 3, { acme0001: list(before) })
      expect(await askOne(host, request)).toMatchObject({ ok: true, revision: 4 })
      expect(await saveRaw(host, 4)).toContain('--dport 20000:20999')
    },
  )

  it('while it takes back what the kernel refused: nothing of it stays', async () => {
    const { host, ipset } = await withTenant()
    await ipset.next('refused', 'before')
    await askFatally(host, put(3, list(after)))
    await askOne(host, { v: 1, op: 'records' })
    expect(await look(host)).toEqual({ entries: [entry(before)], ports: ['20000'], word: '' })
    await expectAgreement(host, 3, { acme0001: list(before) })
  })

  it('between the word in the lock file and its line: nothing has changed, and the word goes', async () => {
    const { host } = await withTenant()
    await host.exec(['sh', '-c', `printf unfinished > ${lockFile}`])
    // As after a new range that was remembered and whose state file never came.
    await writeHostFile(host.namespace, rangeFile, '25000 25999 10.213.0.0/16\n', { mode: '600' })
    await askOne(host, { v: 1, op: 'records' })
    expect((await host.exec(['cat', rangeFile])).stdout).toBe('20000 29999 10.213.0.0/16\n')
    expect(await look(host)).toEqual({ entries: [entry(before)], ports: ['20000'], word: '' })
    await expectAgreement(host, 3, { acme0001: list(before) })
  })

  it('leaves a program running: nobody changes anything before that has ended', async () => {
    const { host, ipset } = await withTenant()
    await ipset.next('late')
    await askFatally(host, put(3, list(before, after)))
    expect(await host.exec(['flock', '-n', lockFile, 'true'])).toMatchObject({ status: 1 })
    const session = await host.spawn([helperPath])
    await session.write(`${JSON.stringify(put(4, list(before)))}\n`)
    expect(await session.output()).toBe('')
    await ipset.letGo()
    await session.waitFor('"ok":true')
    await session.end()
    await session.exited()
    expect(await look(host)).toEqual({ entries: [entry(before)], ports: ['20000'], word: '' })
    await expectAgreement(host, 5, { acme0001: list(before) })
  })
})

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { skipReason } from '../../hosts/platform.ts'
import { type Fate, installFatalProgram } from './fatal-program.ts'
import { askOne, entries, helperPath, saveRaw } from './helper-host.ts'
import {
  after,
  askFatally,
  before,
  calls,
  entry,
  expectAgreement,
  type FatalHost,
  freshenWithTenant,
  list,
  lockFile,
  look,
  playKilledClose,
  startFatalHost,
  writeTenant,
} from './killed-helper.ts'
import { close, configure, put, remove, reserve } from './requests.ts'

const reason = skipReason()
const hosts: HostNamespace[] = []
const rangeFile = '/var/lib/memharbor/range'

/** A host of its own, for a test that puts more programs in the place of others. */
const withTenantAlone = async (): Promise<FatalHost> => {
  const started = await startFatalHost()
  hosts.push(started.host)
  await writeTenant(started.host)
  return started
}

describe.skipIf(reason !== null)(`a helper that is killed${reason === null ? '' : ` (${reason})`}`, () => {
  let shared: FatalHost
  beforeAll(async () => {
    shared = await startFatalHost()
  })
  afterEach(async () => {
    for (const host of hosts.splice(0)) await host.stop()
  })
  afterAll(() => shared?.host.stop())

  const withTenant = () => freshenWithTenant(shared)

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

  it('after the kernel change and before the start file: the next change makes that right', async () => {
    const { host, ipset } = await withTenant()
    await ipset.next('after')
    await askFatally(host, put(3, { ...list(after), memoryMb: 128 }))
    const read = async () => (await host.exec(['cat', '/var/lib/memharbor-start/acme0001/memcached'])).stdout
    expect(await read()).toBe('#!memcached -m64\n')
    expect(await askOne(host, put(4, { ...list(after), memoryMb: 128, notes: 'more' }))).toMatchObject({
      ok: true,
    })
    expect(await read()).toBe('#!memcached -m128\n')
  })

  // The other calls make half of it whole in the long run, as they do here with a put.
  it.each([
    ['before', 'a hello'],
    ['half', 'a look at the records'],
    ['after', 'the timer'],
  ] as const)('%s the kernel change of a close: %s makes it whole', async (fate, name) => {
    const call = calls.find(([what]) => what === name)
    if (call === undefined) throw new Error(`there is no call named ${name}`)
    await playKilledClose(await withTenant(), fate, call)
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

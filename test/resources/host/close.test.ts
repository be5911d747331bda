import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { skipReason } from '../../hosts/platform.ts'
import {
  ask,
  askOne,
  entries,
  freshenHelperHost,
  helperPath,
  readResource,
  restore,
  startHelperHost,
} from './helper-host.ts'
import { allow, close, configure, placed, put, remove, reserve } from './requests.ts'

const reason = skipReason()
const [office, home, everybody] = ['203.0.113.0/24', '198.51.100.7/32', '0.0.0.0/0']
const kept = new URL('../../fixtures/b696e63/memharbor-host', import.meta.url)
const journalFile = '/var/lib/memharbor/journal'

const list = (...cidrs: string[]) => placed('acme0001', { allow: allow(...cidrs) })

describe.skipIf(reason !== null)(`the helper closes${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  beforeAll(async () => {
    host = await startHelperHost()
  })
  afterAll(() => host?.stop())
  /** The tenant has two entries, all written at revision 3. */
  beforeEach(async () => {
    await freshenHelperHost(host)
    const replies = await ask(host, configure({ reservedMb: 0 }), reserve(), put(2, list(office, home)))
    expect(replies.map(({ ok }) => ok)).toEqual([true, true, true])
  })

  const records = async () => (await askOne(host, { v: 1, op: 'records' })) as { tenants?: object }

  it('takes entries off the list and out of the kernel, each matched by its text', async () => {
    expect(await askOne(host, close('acme0001', [home, '198.51.100.0/24', '0.0.0.0/0']))).toEqual({
      ...{ ok: true, absent: false, revision: 4, open: true, allow: allow(office), closed: [home], left: [] },
      ...{ cut: [], problems: [], was: 3 },
    })
    expect(await entries(host, 'mh4')).toEqual([`${office},tcp:20000`])
    expect((await records()).tenants).toEqual({ acme0001: { ...list(office), tags: [], revision: 4 } })
  })

  it('takes everybody off, and leaves a half that has an entry of its own', async () => {
    await ask(host, put(3, list(everybody, '0.0.0.0/1', '::/0')))
    const reply = await askOne(host, close('acme0001', [everybody, '::/0']))
    expect(reply).toMatchObject({ closed: [everybody, '::/0'], allow: allow('0.0.0.0/1') })
    expect([await entries(host, 'mh4'), await entries(host, 'mh6')]).toEqual([['0.0.0.0/1,tcp:20000'], []])
  })

  it('suspends a tenant, which keeps its list', async () => {
    const reply = await askOne(host, close('acme0001', null))
    expect(reply).toMatchObject({ revision: 4, open: false, allow: allow(office, home), closed: ['*'] })
    for (const set of ['mh4', 'mhp']) expect(await entries(host, set)).toEqual([])
    expect(await askOne(host, close('acme0001', [home]))).toMatchObject({ closed: [home], revision: 5 })
  })

  it('raises the revision also where there is nothing to close, which keeps out a put that was on its way', async () => {
    const replies = await ask(
      host,
      close('acme0001', ['192.0.2.1/32']),
      close('acme0001', []),
      close('other001', null),
      close('other001', [office]),
    )
    expect(replies).toMatchObject([
      { absent: false, revision: 4, closed: [], left: [] },
      { absent: false, revision: 5, closed: [], left: [] },
      { absent: true, revision: 5, open: false, allow: [], closed: [], left: [] },
      { absent: true, revision: 5 },
    ])
    const late = put(3, list(office, home, '192.0.2.1/32'))
    expect(await askOne(host, late)).toMatchObject({ ok: false, code: 'stale' })
    expect(await entries(host, 'mh4')).toHaveLength(2)
  })

  it('takes everything out of the kernel that is of a tenant without a record', async () => {
    await host.exec(['ipset', 'add', 'mh4', '192.0.2.9,tcp:20077'])
    expect(await askOne(host, close('other001', null))).toMatchObject({ absent: true, problems: [] })
    expect(await entries(host, 'mh4')).toHaveLength(2)
  })

  it('leaves what was written later than the caller knew', async () => {
    const relabelled = [{ cidr: office, label: 'the office' }]
    await ask(host, put(3, placed('acme0001', { allow: relabelled })), put(4, list(office, home)))
    expect(await askOne(host, close('acme0001', [office, home], { asOf: 3 }))).toMatchObject({
      ...{ closed: [office], left: [home], allow: allow(home), revision: 6 },
    })
    expect(await entries(host, 'mh4')).toEqual(['198.51.100.7,tcp:20000'])
    expect(await askOne(host, close('acme0001', [home], { asOf: 5 }))).toMatchObject({ closed: [home] })
  })

  it('leaves a tenant open that was opened later', async () => {
    await ask(host, close('acme0001', null), put(4, list(office)))
    expect(await askOne(host, close('acme0001', null, { asOf: 4 }))).toMatchObject({
      ...{ open: true, closed: [], left: ['*'], revision: 6 },
    })
    expect(await entries(host, 'mhp')).toEqual(['20000'])
    expect(await askOne(host, close('acme0001', null, { asOf: 5 }))).toMatchObject({ closed: ['*'] })
  })

  it('does not take another tenant for the one that was meant', async () => {
    await ask(host, remove('acme0001', { port: 'free' }), reserve(), put(5, list(office)))
    const reply = await askOne(host, close('acme0001', [office], { asOf: 3 }))
    expect(reply).toMatchObject({ closed: [], left: [office] })
  })

  it.each([
    ['from the state file', 'end'],
    ['from the journal of a helper that was killed', 'kill'],
  ] as const)('knows since when an entry is there: %s', async (_, end) => {
    const session = await host.spawn([helperPath])
    for (const change of [put(3, list(office)), put(4, list(office, home)), close('acme0001', ['::/0'])]) {
      await session.write(`${JSON.stringify(change)}\n`)
    }
    await expect.poll(async () => (await session.output()).split('\n').length).toBe(4)
    await session[end]()
    await session.exited()
    expect((await host.exec(['cat', journalFile])).stdout === '').toBe(end === 'end')
    const asked = close('acme0001', [office, home], { asOf: 4 })
    expect(await askOne(host, asked)).toMatchObject({ closed: [office], left: [home] })
  })

  it('takes what a helper of b696e63 wrote for always there', async () => {
    await askOne(host, remove('acme0001', { port: 'free' }))
    await host.exec(['rm', '/var/lib/memharbor/state.json'])
    await writeHostFile(host.namespace, helperPath, await readFile(kept, 'utf8'), { mode: '755' })
    await ask(host, configure({ reservedMb: 0 }), reserve(), put(2, list(office, home)))
    await writeHostFile(host.namespace, helperPath, await readResource('memharbor-host'), { mode: '755' })
    await ask(host, put(3, list(office, home, '192.0.2.0/24')))
    const asked = close('acme0001', [office, home, '192.0.2.0/24'], { asOf: 0 })
    expect(await askOne(host, asked)).toMatchObject({ closed: [office, home], left: ['192.0.2.0/24'] })
  })

  it('gives the first reply again, with what is open now, and takes nothing away again', async () => {
    const request = close('acme0001', [home])
    const first = await askOne(host, request)
    await ask(host, put(4, list(office, home)))
    const allowed = { open: true, allow: allow(office, home) }
    expect(await askOne(host, request)).toEqual({ ...first, ...allowed, replayed: true })
    expect(await entries(host, 'mh4')).toContain('198.51.100.7,tcp:20000')
    expect(await askOne(host, { ...request, cidrs: [office] })).toMatchObject({ code: 'operation' })
  })

  it('is not refused for memory that is gone', async () => {
    await host.exec([
      'sed',
      '-i',
      's/"reservedMb":0/"reservedMb":2147483647/',
      '/var/lib/memharbor/state.json',
    ])
    expect(await askOne(host, reserve('other001'))).toMatchObject({ code: 'memory' })
    expect(await askOne(host, close('acme0001', [home]))).toMatchObject({ ok: true, closed: [home] })
  })

  it('takes an entry out of the kernel that only the kernel has', async () => {
    await host.exec(['ipset', 'add', 'mh4', '192.0.2.9,tcp:20000'])
    expect(await askOne(host, close('acme0001', ['192.0.2.9/32']))).toMatchObject({ closed: [], revision: 4 })
    expect(await entries(host, 'mh4')).not.toContain('192.0.2.9,tcp:20000')
  })

  it.each([
    ['read', 5000],
    ['counted, as large sets are', 0],
  ])('takes out whom another program let in again, where sets are %s', async (_, most) => {
    const text = (await readResource('memharbor-host')).replace('MOST_READ = 5000', `MOST_READ = ${most}`)
    expect(text).toContain(`MOST_READ = ${most}\n`)
    await writeHostFile(host.namespace, helperPath, text, { mode: '755' })
    const letIn = () => host.exec(['ipset', 'add', 'mh4', '192.0.2.9,tcp:20000'])
    await letIn()
    expect(await askOne(host, close('acme0001', [home]))).toMatchObject({ closed: [home], problems: [] })
    expect(await entries(host, 'mh4')).toEqual([`${office},tcp:20000`])
    await letIn()
    expect(await askOne(host, close('acme0001', null))).toMatchObject({ closed: ['*'], problems: [] })
    expect(await entries(host, 'mh4')).toEqual([])
    // Also where it is suspended already.
    await letIn()
    expect(await askOne(host, close('acme0001', null))).toMatchObject({ closed: [], problems: [] })
    expect(await entries(host, 'mh4')).toEqual([])
  })

  it('takes out whom another program let in for an entry of another tenant, where large sets are counted', async () => {
    const text = (await readResource('memharbor-host')).replace('MOST_READ = 5000', 'MOST_READ = 0')
    await writeHostFile(host.namespace, helperPath, text, { mode: '755' })
    const other = placed('other001', { allow: allow('203.0.113.9/32'), port: 20_001 })
    const made = await ask(host, reserve('other001'), put(4, other))
    expect(made).toMatchObject([{ ok: true, port: 20_001 }, { ok: true }])
    const [its, stranger] = ['203.0.113.9,tcp:20001', '192.0.2.9,tcp:20000']
    await host.exec(['ipset', 'del', 'mh4', its])
    await host.exec(['ipset', 'add', 'mh4', stranger])
    expect(await askOne(host, close('acme0001', null))).toMatchObject({ closed: ['*'], problems: [] })
    expect(await entries(host, 'mh4')).toEqual([its])
  })

  it('a restore tells whom the kernel let in without a record, and takes them out', async () => {
    for (const [set, entry] of [
      ['mh4', '192.0.2.9,tcp:20000'],
      ['mh6', '2001:db8::/32,tcp:20000'],
      ['mhp', '20001'],
    ] as const)
      await host.exec(['ipset', 'add', set, entry])
    await host.exec(['ipset', 'del', 'mh4', '198.51.100.7,tcp:20000'])
    expect(await askOne(host, { v: 1, op: 'restore' })).toEqual({
      ...{ ok: true, changed: ['mh4', 'mh6', 'mhp'], problems: [] },
      removed: [
        { cidr: '192.0.2.9/32', port: 20_000 },
        { cidr: '2001:db8::/32', port: 20_000 },
      ],
    })
    expect(await entries(host, 'mh4')).toEqual(['198.51.100.7,tcp:20000', `${office},tcp:20000`])
    expect(await askOne(host, { v: 1, op: 'restore' })).toMatchObject({ changed: [], removed: [] })
  })

  it('closes a filter that somebody flushed', async () => {
    await host.exec(['nft', 'flush', 'ruleset'])
    expect(await askOne(host, close('acme0001', [home]))).toMatchObject({ ok: true, problems: [] })
    const { kernel } = (await askOne(host, { v: 1, op: 'observe' })) as { kernel?: object }
    expect(kernel).toMatchObject({ base: [{ complete: true }, { complete: true }] })
    expect(await restore(host)).toMatchObject({ status: 0, stderr: '' })
    expect(await entries(host, 'mh4')).toEqual([`${office},tcp:20000`])
  })
})

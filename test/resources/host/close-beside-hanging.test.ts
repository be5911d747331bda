import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import { installFatalProgram } from './fatal-program.ts'
import {
  ask,
  askOne,
  entries,
  freshenHelperHost,
  type Reply,
  restore,
  startHelperHost,
} from './helper-host.ts'
import { allow, close, configure, placed, put, reserve } from './requests.ts'

const reason = skipReason()
const [office, home] = ['203.0.113.0/24', '198.51.100.7/32']
const officeEntry = '203.0.113.0/24,tcp:20000'
const name = `closing beside a change that hangs with the lock${reason === null ? '' : ` (${reason})`}`

describe.skipIf(reason !== null)(name, () => {
  let host: HostNamespace
  beforeAll(async () => {
    host = await startHelperHost()
  })
  beforeEach(async () => {
    await freshenHelperHost(host)
    await host.exec(['rm', '-rf', '/run/kept', '/run/disk'])
    const tenant = placed('acme0001', { allow: allow(office, home) })
    const replies = await ask(host, configure({ reservedMb: 0 }), reserve(), put(2, tenant))
    expect(replies.map(({ ok }) => ok)).toEqual([true, true, true])
  })
  afterAll(() => host?.stop())

  it('changes the filter alone, names the process, and is recorded when it is asked for again', async () => {
    const lock = await host.spawn(['flock', '/var/lib/memharbor/lock', 'sh', '-c', 'echo locked; read line'])
    await lock.waitFor('locked')
    const looks = [
      { v: 1, op: 'hello' },
      { v: 1, op: 'records', tenantId: 'acme0001' },
    ]
    const [hello, records, refused] = await ask(host, ...looks, close('acme0001', [home]))
    expect(hello).toMatchObject({ ok: true, state: 'ok', revision: 3 })
    expect(records).toMatchObject({ ok: true, revision: 3, tenants: { acme0001: { revision: 3 } } })
    expect(refused).toMatchObject({ ok: false, code: 'busy' })
    const { stdout } = await host.exec(['pgrep', '-x', 'flock'])
    expect(refused?.['message']).toBe(
      'It is closed in the filter only, until the host is booted. ' +
        `Another change has been running for 2 seconds (process ${stdout.trim()}).`,
    )
    expect(await entries(host, 'mh4')).toEqual([officeEntry])
    await lock.kill()
    expect(await restore(host)).toMatchObject({ status: 0 })
    expect(await entries(host, 'mh4'), 'the records have it still').toEqual([officeEntry])
    expect(await askOne(host, close('acme0001', [home]))).toMatchObject({ ok: true, closed: [home] })
    expect(await restore(host)).toMatchObject({ status: 0 })
    expect(await entries(host, 'mh4')).toEqual([officeEntry])
  })

  it('lasts where what hangs is a round of the timer, which fills the sets afterwards', async () => {
    const ipset = await installFatalProgram(host, 'ipset', 'save mh4')
    await host.exec(['ipset', 'del', 'mh4', officeEntry])
    await ipset.next('held')
    const timer = restore(host)
    await until('the timer reads the set, and has the records', () => ipset.isHeld())
    expect(await askOne(host, close('acme0001', [home]))).toMatchObject({ ok: false, code: 'busy' })
    await ipset.letGo()
    expect(await timer).toMatchObject({ status: 0 })
    expect(await entries(host, 'mh4')).toEqual([officeEntry])
  })

  const sh = async (script: string): Promise<string> => {
    const { status, stdout, stderr } = await host.exec(['sh', '-ec', script])
    expect({ script, status, stderr }).toMatchObject({ status: 0 })
    return stdout
  }
  /** Closes the home beside a change that hangs, and ends that. */
  const closeUnrecorded = async (): Promise<void> => {
    const lock = await host.spawn(['flock', '/var/lib/memharbor/lock', 'sh', '-c', 'echo locked; read line'])
    await lock.waitFor('locked')
    expect(await askOne(host, close('acme0001', [home]))).toMatchObject({ code: 'busy' })
    await lock.kill()
  }

  it('is not undone by what others change before it is recorded', async () => {
    await closeUnrecorded()
    const tenant = placed('acme0001', { allow: allow(office, home) })
    expect(await askOne(host, put(3, { ...tenant, notes: 'another' }))).toMatchObject({ ok: true })
    expect(await entries(host, 'mh4')).toEqual([officeEntry])
    expect(await askOne(host, close('acme0001', null))).toMatchObject({ ok: true })
    expect(await entries(host, 'mh4')).toEqual([])
    expect(await askOne(host, put(5, tenant))).toMatchObject({ ok: true })
    expect(await entries(host, 'mh4'), 'suspended and resumed').toEqual([officeEntry])
    expect(await restore(host)).toMatchObject({ status: 0 })
    expect(await entries(host, 'mh4')).toEqual([officeEntry])
    // Let in anew by somebody who knows that it was out.
    expect(await askOne(host, put(6, { ...tenant, allow: allow(office) }))).toMatchObject({ ok: true })
    expect(await askOne(host, put(7, tenant))).toMatchObject({ ok: true })
    expect(await entries(host, 'mh4')).toEqual(['198.51.100.7,tcp:20000', officeEntry])
  })

  it('is not undone by a change under way that lets in again, nor by its undoing', async () => {
    const ipset = await installFatalProgram(host, 'ipset', 'restore -exist')
    const tenant = placed('acme0001', { allow: allow(office, home) })
    expect(await askOne(host, put(3, { ...tenant, open: false }))).toMatchObject({ ok: true })
    const closeBeside = async (change: Promise<Reply>): Promise<Reply> => {
      await until('the change fills the sets', () => ipset.isHeld())
      expect(await askOne(host, close('acme0001', [home]))).toMatchObject({ code: 'busy' })
      await ipset.letGo()
      return change
    }
    await ipset.next('held')
    expect(await closeBeside(askOne(host, put(4, tenant)))).toMatchObject({ ok: true })
    expect(await entries(host, 'mh4')).toEqual([officeEntry])
    await sh('rm /run/memharbor-unrecorded')
    expect(await askOne(host, put(5, { ...tenant, notes: 'another' }))).toMatchObject({ ok: true })
    expect(await restore(host)).toMatchObject({ status: 0 })
    expect(await entries(host, 'mh4')).toEqual(['198.51.100.7,tcp:20000', officeEntry])
    await ipset.next('refused', 'held')
    const refused = await closeBeside(askOne(host, put(6, { ...tenant, open: false })))
    expect(refused).toMatchObject({ code: 'kernel' })
    expect(await entries(host, 'mh4')).toEqual([officeEntry])
  })

  const unrecorded = async () => (await askOne(host, { v: 1, op: 'records' }))['unrecorded']
  const stray = '192.0.2.9/32'
  const more = placed('acme0001', { allow: allow(office, home, stray) })
  const onlyUsual = ['198.51.100.7,tcp:20000', officeEntry]

  it.each([
    { when: 'its line is in the journal', program: 'ipset', words: 'restore -exist' },
    { when: 'it has no line yet', program: 'iptables', words: '--version' },
  ])('keeps out whom a change that hangs was about to add, when $when', async ({ program, words }) => {
    const hanging = await installFatalProgram(host, program, words)
    await hanging.next('held')
    const change = askOne(host, put(3, more))
    await until('the change hangs', () => hanging.isHeld())
    expect(await askOne(host, close('acme0001', [stray]))).toMatchObject({
      ...{ code: 'busy', details: { closed: 'boot' } },
    })
    await hanging.letGo()
    expect(await change).toMatchObject({ ok: true, revision: 4 })
    expect(await entries(host, 'mh4')).toEqual(onlyUsual)
    expect(await restore(host)).toMatchObject({ status: 0 })
    expect(await entries(host, 'mh4')).toEqual(onlyUsual)
    expect(await unrecorded()).toEqual({ acme0001: [stray] })
    expect(await askOne(host, close('acme0001', [stray]))).toMatchObject({ ok: true, closed: [stray] })
    expect(await unrecorded()).toEqual({})
    expect(await askOne(host, put(5, more))).toMatchObject({ ok: true })
    expect(await entries(host, 'mh4'), 'allowed afterwards').toEqual(['192.0.2.9,tcp:20000', ...onlyUsual])
  })

  it.each([
    { what: 'an address', open: true, cidrs: [stray], gone: [stray], left: onlyUsual },
    { what: 'a whole tenant', open: false, cidrs: null, gone: ['*'], left: [] },
  ])('keeps $what out that a change waited to let in, until a later change', async (closing) => {
    const { open, cidrs, gone, left } = closing
    const former = placed('acme0001', { open, allow: allow(office, home) })
    expect(await askOne(host, put(3, former))).toMatchObject({ ok: true })
    const lock = await host.spawn(['flock', '/var/lib/memharbor/lock', 'sh', '-c', 'echo locked; read line'])
    await lock.waitFor('locked')
    const [refused, change] = await Promise.all([
      askOne(host, close('acme0001', cidrs)).finally(() => lock.kill()),
      askOne(host, put(4, more)),
    ])
    expect([refused, change]).toMatchObject([{ code: 'busy', details: { closed: 'boot' } }, { ok: true }])
    expect(await entries(host, 'mh4')).toEqual(left)
    expect(await unrecorded()).toEqual({ acme0001: gone })
    expect(await askOne(host, put(5, { ...more, open: false, allow: [] }))).toMatchObject({ ok: true })
    expect(await unrecorded()).toEqual({})
    expect(await askOne(host, put(6, more))).toMatchObject({ ok: true })
    expect(await entries(host, 'mh4')).toEqual(['192.0.2.9,tcp:20000', ...onlyUsual])
  })

  it('keeps no more of it than it can read again', async () => {
    const lock = await host.spawn(['flock', '/var/lib/memharbor/lock', 'sh', '-c', 'echo locked; read line'])
    await lock.waitFor('locked')
    for (const net of ['10.1', '10.2', '10.3']) {
      const cidrs = Array.from({ length: 900 }, (_, at) => `${net}.${at >> 8}.${at & 255}/32`)
      const closed = net === '10.3' ? 'refill' : 'boot'
      const refused = await askOne(host, close('acme0001', cidrs, { filterOnly: true }))
      expect(refused).toMatchObject({ code: 'busy', details: { closed } })
    }
    await lock.kill()
    expect(await askOne(host, { v: 1, op: 'observe' })).toMatchObject({ unrecorded: { damaged: false } })
  })

  it('waits for nobody who hangs with what is not recorded', async () => {
    const held = await host.spawn([
      'flock',
      '/run/memharbor-unrecorded.lock',
      'sh',
      '-c',
      'echo held; read line',
    ])
    await held.waitFor('held')
    await closeUnrecorded()
    expect(await entries(host, 'mh4')).toEqual([officeEntry])
    expect(await askOne(host, close('acme0001', [office]))).toMatchObject({ ok: true })
    expect(await entries(host, 'mh4')).toEqual([])
    await held.kill()
  })

  it('works on a disk that became read-only in the middle of a change', async () => {
    await sh('echo unfinished > /var/lib/memharbor/lock; cp -a /var/lib/memharbor /run/kept')
    await sh('mount -t tmpfs none /var/lib/memharbor; cp -a /run/kept/. /var/lib/memharbor')
    await sh('mount -o remount,ro /var/lib/memharbor')
    const looks = [
      { v: 1, op: 'hello' },
      { v: 1, op: 'records', tenantId: 'acme0001' },
    ]
    const [hello, records, closed] = await ask(host, ...looks, close('acme0001', [home]))
    expect([hello, records, closed]).toMatchObject([{ ok: true }, { ok: true }, { code: 'disk' }])
    expect(await entries(host, 'mh4')).toEqual([officeEntry])
  })

  it('works on a frozen disk, as a backup freezes it, while the records wait', {
    timeout: 180_000,
  }, async () => {
    await sh('truncate -s 16M /run/disk; mkfs.ext4 -q /run/disk; cp -a /var/lib/memharbor /run/kept')
    const device = (await sh('losetup --find --show /run/disk')).trim()
    try {
      await sh(`mount ${device} /var/lib/memharbor; cp -a /run/kept/. /var/lib/memharbor`)
      await sh('fsfreeze --freeze /var/lib/memharbor')
      const closing = askOne(host, close('acme0001', [home]))
      await until('it is out', async () => `${await entries(host, 'mh4')}` === officeEntry, 20_000)
      await sh('fsfreeze --unfreeze /var/lib/memharbor')
      expect(await closing).toMatchObject({ ok: true, closed: [home] })
      expect(await restore(host)).toMatchObject({ status: 0 })
      expect(await entries(host, 'mh4')).toEqual([officeEntry])
    } finally {
      await host.exec(['sh', '-c', 'fsfreeze --unfreeze /var/lib/memharbor; umount /var/lib/memharbor'])
      await host.exec(['losetup', '--detach', device])
    }
  })
})

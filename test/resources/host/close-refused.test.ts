import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HostNamespace } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import { type FatalProgram, installFatalProgram } from './fatal-program.ts'
import { ask, askOne, entries, restore, saveRaw, startHelperHost } from './helper-host.ts'
import { allow, close, configure, placed, put, reserve } from './requests.ts'

const reason = skipReason()
const [office, home] = ['203.0.113.0/24', '198.51.100.7/32']
const both = [`${home.slice(0, -3)},tcp:20000`, `${office},tcp:20000`]
const lockFile = '/var/lib/memharbor/lock'
const name = `a kernel that refuses to close${reason === null ? '' : ` (${reason})`}`

describe.skipIf(reason !== null)(name, () => {
  let host: HostNamespace
  /** Its fates are those of each `ipset restore`. */
  let ipset: FatalProgram
  beforeEach(async () => {
    host = await startHelperHost()
    const tenant = placed('acme0001', { allow: allow(office, home) })
    const replies = await ask(host, configure({ reservedMb: 0 }), reserve(), put(2, tenant))
    expect(replies.map(({ ok }) => ok)).toEqual([true, true, true])
    ipset = await installFatalProgram(host, 'ipset', 'restore')
  })
  afterEach(() => host.stop())

  const word = async (): Promise<string> => (await host.exec(['cat', lockFile])).stdout
  const opens = async (): Promise<boolean> => (await saveRaw(host, 4)).includes('--match-set mh4')

  it('gets sets that were made anew', async () => {
    await ipset.next('refused')
    expect(await askOne(host, close('acme0001', [home]))).toMatchObject({ closed: [home], problems: [] })
    expect(await entries(host, 'mh4')).toEqual([both[1]])
    expect([await word(), await opens()]).toEqual(['', true])
  })

  it('lets nobody in where the sets cannot be made either, until they are right', async () => {
    // The entry, the new set, and the try at the end of the session.
    await ipset.next('refused', 'refused', 'refused')
    expect(await askOne(host, close('acme0001', [home]))).toMatchObject({
      ...{ ok: true, closed: [home], revision: 4, problems: ['ipset failed: refused by the test'] },
    })
    expect([await word(), await opens(), await entries(host, 'mh4')]).toEqual(['unfinished', false, both])
    // One try to finish, and the put's own: it must not bring the rules back over a set that holds too much.
    await ipset.next('refused', 'refused')
    const tenant = placed('acme0001', { allow: allow(office) })
    expect(await askOne(host, put(4, { ...tenant, notes: 'new' }))).toMatchObject({ code: 'kernel' })
    expect([await word(), await opens(), await entries(host, 'mh4')]).toEqual(['unfinished', false, both])
    expect(await restore(host)).toMatchObject({ status: 0 })
    expect([await word(), await opens(), await entries(host, 'mh4')]).toEqual(['', true, [both[1]]])
  })

  it('is said to be open still where not even the range can be closed, and the next call tries again', async () => {
    const request = close('acme0001', [home])
    await ipset.next('refused', 'refused', 'refused')
    await host.exec(['mv', '/usr/sbin/iptables-save', '/usr/sbin/iptables-save.away'])
    expect(await askOne(host, request)).toMatchObject({ ok: false, code: 'kernel' })
    expect([await word(), await entries(host, 'mh4')]).toEqual(['unfinished', both])
    // The records say closed; what is asked again is not answered from memory while the kernel says open.
    await ipset.next('refused', 'refused', 'refused')
    expect(await askOne(host, request)).toMatchObject({ ok: false, code: 'kernel' })
    await host.exec(['mv', '/usr/sbin/iptables-save.away', '/usr/sbin/iptables-save'])
    expect(await askOne(host, request)).toMatchObject({ ok: true, replayed: true, closed: [home] })
    expect([await word(), await opens(), await entries(host, 'mh4')]).toEqual(['', true, [both[1]]])
  })
})

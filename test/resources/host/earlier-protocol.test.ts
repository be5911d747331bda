import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { skipReason } from '../../hosts/platform.ts'
import { ask, askOne, entries, helperPath, readResource, startHelperHost } from './helper-host.ts'
import { allow, close, configure, placed, put, remove, reserve } from './requests.ts'

const reason = skipReason()
const [office, home, friend] = ['203.0.113.0/24', '198.51.100.7/32', '192.0.2.1/32']
const name = `a helper of a later protocol${reason === null ? '' : ` (${reason})`}`

describe.skipIf(reason !== null)(name, () => {
  let host: HostNamespace
  const list = (...cidrs: string[]) => placed('acme0001', { allow: allow(...cidrs) })
  const late = { v: 2 }

  beforeAll(async () => {
    host = await startHelperHost()
    const text = (await readResource('memharbor-host')).replace('PROTOCOL = 1', 'PROTOCOL = 2')
    await writeHostFile(host.namespace, helperPath, text, { mode: '755' })
    const replies = await ask(
      host,
      configure({ ...late, reservedMb: 0 }),
      { ...reserve(), ...late },
      put(2, list(office, home, friend), late),
    )
    expect(replies.map(({ ok }) => ok)).toEqual([true, true, true])
  })
  afterAll(() => host?.stop())

  it('refuses a panel of this protocol what opens or changes more, and says which it speaks', async () => {
    const grown = placed('acme0001', { allow: allow(office), limitMb: 92 })
    const moved = placed('acme0001', { allow: allow(office), port: 20_001 })
    const requests = [
      configure({ operator: 'ann' }),
      reserve('other001'),
      { v: 1, op: 'observe' },
      { v: 1, op: 'denied' },
      { v: 1, op: 'listeners' },
      { v: 1, op: 'restore' },
      { v: 1, op: 'teardown' },
      put(3, list(office, '0.0.0.0/0')),
      put(3, grown),
      put(3, moved),
      { v: 3, op: 'hello' },
    ]
    const replies = await ask(host, ...requests)
    const refusal = { ok: false, code: 'version', details: { speaks: 2 } }
    expect(replies).toMatchObject(requests.map(() => refusal))
    expect(await askOne(host, { v: 1, op: 'records' })).toMatchObject({ revision: 3 })
  })

  it('answers it what takes away', async () => {
    const [hello, records, changed, closed] = await ask(
      host,
      { v: 1, op: 'hello' },
      { v: 1, op: 'records' },
      put(3, placed('acme0001', { allow: allow(office, home), notes: 'without friend' })),
      close('acme0001', [home]),
    )
    expect(hello).toMatchObject({ ok: true, protocol: 1, revision: 3 })
    expect(records).toMatchObject({ tenants: { acme0001: { revision: 3 } } })
    expect([changed, closed]).toMatchObject([
      { ok: true, revision: 4 },
      { ok: true, closed: [home] },
    ])
    expect(await entries(host, 'mh4')).toEqual([`${office},tcp:20000`])
    const suspended = placed('acme0001', { allow: allow(office), open: false })
    const [shut, opened] = await ask(host, put(5, suspended), put(6, list(office)))
    expect([shut, opened]).toMatchObject([{ ok: true }, { ok: false, code: 'version' }])
    expect(await entries(host, 'mhp')).toEqual([])
    const dismiss = { v: 1, op: 'dismiss', operationId: 'dismiss-deploy', operator: 'deploy' }
    expect(await ask(host, dismiss, remove('acme0001'))).toMatchObject([
      { ok: true, absent: false },
      { ok: true, absent: false },
    ])
  })

  it('says its own protocol to who speaks it', async () => {
    expect(await askOne(host, { ...late, op: 'hello' })).toMatchObject({ protocol: 2 })
  })
})

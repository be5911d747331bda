import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import { installFatalProgram } from './fatal-program.ts'
import { ask, askOne, entries, restore, startHelperHost } from './helper-host.ts'
import { allow, close, configure, placed, put, reserve } from './requests.ts'

const reason = skipReason()
const [office, home] = ['203.0.113.0/24', '198.51.100.7/32']
const officeEntry = '203.0.113.0/24,tcp:20000'
const name = `closing beside a change that hangs with the lock${reason === null ? '' : ` (${reason})`}`

describe.skipIf(reason !== null)(name, () => {
  let host: HostNamespace
  beforeEach(async () => {
    host = await startHelperHost()
    const tenant = placed('acme0001', { allow: allow(office, home) })
    const replies = await ask(host, configure({ reservedMb: 0 }), reserve(), put(2, tenant))
    expect(replies.map(({ ok }) => ok)).toEqual([true, true, true])
  })
  afterEach(() => host?.stop())

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
})

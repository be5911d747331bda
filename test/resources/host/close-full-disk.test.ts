import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HostNamespace } from '../../hosts/host.ts'
import { skipReason } from '../../hosts/platform.ts'
import { ask, askOne, entries, restore, saveRaw, startHelperHost } from './helper-host.ts'
import { allow, close, configure, placed, put, reserve } from './requests.ts'

const reason = skipReason()
const [office, home] = ['203.0.113.0/24', '198.51.100.7/32']
const folder = '/var/lib/memharbor'
const homeEntry = '198.51.100.7,tcp:20000'
const officeEntry = '203.0.113.0/24,tcp:20000'
const name = `a disk that takes nothing more${reason === null ? '' : ` (${reason})`}`

describe.skipIf(reason !== null)(name, () => {
  let host: HostNamespace
  const sh = (script: string) => host.exec(['sh', '-ec', script])
  const fill = () => sh(`cat /dev/zero > ${folder}/filler || true`)
  const free = () => sh(`rm ${folder}/filler`)
  const unwritable = async () => (await askOne(host, { v: 1, op: 'observe' }))['unwritable']
  const sizeOfReserve = async (): Promise<string> =>
    (await sh(`stat -c %s ${folder}/reserve || true`)).stdout.trim()

  beforeEach(async () => {
    host = await startHelperHost()
    await sh(`mkdir -p -m 700 ${folder} && mount -t tmpfs -o size=2m,mode=700 none ${folder}`)
    const tenant = placed('acme0001', { allow: allow(office, home) })
    const replies = await ask(host, configure({ reservedMb: 0 }), reserve(), put(2, tenant))
    expect(replies.map(({ ok }) => ok)).toEqual([true, true, true])
  })
  afterEach(() => host.stop())

  it('still takes access away and keeps that, by room that is held for it', async () => {
    expect(await sizeOfReserve()).toBe('262144')
    expect(await unwritable()).toBe(null)
    await fill()
    expect(await unwritable()).toBe('its disk is full')
    expect(await askOne(host, put(3, placed('acme0001', { allow: allow(office) })))).toMatchObject({
      code: 'disk',
    })
    expect(await entries(host, 'mh4')).toEqual([homeEntry, officeEntry])
    expect(await askOne(host, close('acme0001', [home]))).toMatchObject({
      ok: true,
      closed: [home],
      problems: [],
    })
    expect(await entries(host, 'mh4')).toEqual([officeEntry])
    expect(await restore(host)).toMatchObject({ status: 0 })
    expect(await entries(host, 'mh4')).toEqual([officeEntry])
    // The room is held again as soon as there is some.
    expect(await sizeOfReserve()).toBe('')
    await free()
    expect(await restore(host)).toMatchObject({ status: 0 })
    expect(await sizeOfReserve()).toBe('262144')
  })

  it('without that room, closes the filter and says that the records have it still', async () => {
    await sh(`rm ${folder}/reserve`)
    await fill()
    const refused = await askOne(host, close('acme0001', [home]))
    expect(refused).toMatchObject({ ok: false, code: 'disk', details: { closed: 'boot' } })
    expect(refused['message']).toMatch(/^It is closed in the filter only, until .*No space left on device\.$/)
    expect(await entries(host, 'mh4')).toEqual([officeEntry])
    // A later look learns of it.
    const tenants = { acme0001: [home] }
    expect(await askOne(host, { v: 1, op: 'observe' })).toMatchObject({
      unrecorded: { damaged: false, tenants },
    })
    expect(await askOne(host, { v: 1, op: 'records' })).toMatchObject({ unrecorded: tenants })
    // Not even a round of the timer lets in again whom the records have still.
    expect(await restore(host)).toMatchObject({ status: 0 })
    expect(await entries(host, 'mh4')).toEqual([officeEntry])
    await free()
    expect(await askOne(host, close('acme0001', [home]))).toMatchObject({ ok: true, closed: [home] })
    expect(await askOne(host, { v: 1, op: 'records' })).toMatchObject({ unrecorded: {} })
    expect(await restore(host)).toMatchObject({ status: 0 })
    expect(await entries(host, 'mh4')).toEqual([officeEntry])
    // An address that is allowed again afterwards gets in.
    const again = placed('acme0001', { allow: allow(office, home) })
    expect(await askOne(host, put(4, again))).toMatchObject({ ok: true })
    expect(await restore(host)).toMatchObject({ status: 0 })
    expect(await entries(host, 'mh4')).toEqual([homeEntry, officeEntry])
  })

  it.each([
    ['cut off', '{"acme0001": ["198.51'],
    ['emptied', ''],
    ['of another shape', '{"acme0001": "198.51.100.7/32"}'],
    ['of other words', 'nonsense'],
  ])('lets nobody in again when what it keeps of that is %s', async (_, text) => {
    const kept = '/run/memharbor-unrecorded'
    await sh(`rm ${folder}/reserve`)
    await fill()
    await askOne(host, close('acme0001', [home]))
    await free()
    await host.exec(['sh', '-ec', `cat > ${kept}`], { input: text })
    expect(await restore(host)).toMatchObject({ status: 0 })
    expect(await entries(host, 'mh4')).toEqual([officeEntry])
    // A change opens nothing, and a set that is lost gets nobody back.
    const again = placed('acme0001', { allow: allow(office, home, '198.51.100.8/32') })
    expect(await askOne(host, put(3, again))).toMatchObject({ ok: false, code: 'unrecorded' })
    await sh('ipset flush mh4')
    expect(await restore(host)).toMatchObject({ status: 0 })
    expect(await entries(host, 'mh4')).toEqual([])
    // Closing goes on, and it stays said after it, until somebody removes the file.
    expect(await askOne(host, close('acme0001', [home]))).toMatchObject({ ok: true, closed: [home] })
    expect(await askOne(host, { v: 1, op: 'observe' })).toMatchObject({ unrecorded: { damaged: true } })
    await sh(`rm ${kept}`)
    expect(await restore(host)).toMatchObject({ status: 0 })
    expect(await entries(host, 'mh4')).toEqual([officeEntry])
  })

  it('takes several closings at once, and leaves what was written later than the caller knew', async () => {
    await ask(
      host,
      put(3, placed('acme0001', { allow: allow(home) })),
      put(4, placed('acme0001', { allow: allow(office, home) })),
    )
    await sh(`rm ${folder}/reserve`)
    await fill()
    const refused = await Promise.all([
      askOne(host, close('acme0001', [home], { asOf: 4 })),
      askOne(host, close('acme0001', [office], { asOf: 4 })),
    ])
    expect(refused).toMatchObject([{ code: 'disk' }, { code: 'disk' }])
    expect(await restore(host)).toMatchObject({ status: 0 })
    // The office came back at revision 5.
    expect(await entries(host, 'mh4')).toEqual([officeEntry])
  })

  it.each([
    ['a group may write to', `chmod g+w ${folder}`],
    ["is another user's", `chown nobody ${folder}`],
    ['lies in one that anybody may write to', 'chmod o+w /var/lib'],
  ])('whose folder %s, lets nobody in, and closing goes on', async (_, spoil) => {
    await sh(spoil)
    const wider = placed('acme0001', { allow: allow(office, home, '198.51.100.8/32') })
    expect(await askOne(host, put(3, wider))).toMatchObject({ ok: false, code: 'folder' })
    expect(await askOne(host, reserve('beta0002'))).toMatchObject({ ok: false, code: 'folder' })
    const spoilt = spoil.split(' ').at(-1)
    expect(await askOne(host, { v: 1, op: 'observe' })).toMatchObject({ openPaths: [spoilt] })
    expect(await askOne(host, put(3, placed('acme0001', { allow: allow(office) })))).toMatchObject({
      ok: true,
    })
    expect(await askOne(host, close('acme0001', null))).toMatchObject({ ok: true, closed: ['*'] })
    expect(await entries(host, 'mh4')).toEqual([])
    await sh(`chown root ${folder}; chmod 700 ${folder}; chmod 755 /var/lib`)
    expect(await askOne(host, reserve('beta0002'))).toMatchObject({ ok: true })
    expect(await askOne(host, { v: 1, op: 'observe' })).toMatchObject({ openPaths: [] })
  })

  it.each([
    ['folder', `chmod 777 ${folder}`, folder],
    ['state file', `chmod g+w ${folder}/state.json`, `${folder}/state.json`],
    ['journal', `touch ${folder}/journal; chown nobody ${folder}/journal`, `${folder}/journal`],
    ['range', `chmod o+w ${folder}/range`, `${folder}/range`],
  ])('whose %s others can change, is filled in from by nothing that runs', async (_, spoil, path) => {
    await sh(`mkdir /root/old && cp -p ${folder}/* /root/old`)
    expect(await askOne(host, close('acme0001', [home]))).toMatchObject({ ok: true })
    await sh(`cp -p /root/old/* ${folder}; ${spoil}`)
    await restore(host)
    expect(await entries(host, 'mh4')).toEqual([officeEntry])
    await sh(`printf unfinished > ${folder}/lock`)
    expect(await askOne(host, { v: 1, op: 'records' })).toMatchObject({ ok: true })
    expect(await entries(host, 'mh4')).toEqual([officeEntry])
    const again = await askOne(host, configure({ reservedMb: 0, ifRevision: 3 }))
    expect(again).toMatchObject({ code: 'folder', details: { path } })
    expect(await entries(host, 'mh4')).toEqual([officeEntry])
    await sh('iptables -t raw -F PREROUTING')
    expect(await restore(host)).toMatchObject({ status: 0 })
    expect(await saveRaw(host, 4)).toContain('--dport 20000:29999 -j MEMHARBOR')
    // Closing writes the records again, and does not hide by that who could write them.
    expect(await askOne(host, close('acme0001', [office]))).toMatchObject({ ok: true, closed: [office] })
    expect(await entries(host, 'mh4')).toEqual([])
    expect(await askOne(host, { v: 1, op: 'observe' })).toMatchObject({ openPaths: [path] })
    // Somebody has looked at the allowlists.
    await sh(`chown root ${path}; chmod go-w ${path}`)
    await restore(host)
    expect(await entries(host, 'mh4')).toEqual([homeEntry])
  })

  it('whose folder others can change, gets nobody back by a change that fails', async () => {
    await sh(`mkdir /root/old && cp -p ${folder}/* /root/old`)
    await askOne(host, close('acme0001', [home]))
    await sh(`cp -p /root/old/* ${folder}; chmod 777 ${folder}; iptables -t raw -F PREROUTING`)
    await sh('rm /usr/sbin/iptables-restore; ln -s /bin/false /usr/sbin/iptables-restore')
    const narrower = placed('acme0001', { allow: allow(office) })
    expect(await askOne(host, put(3, narrower))).toMatchObject({ ok: false, code: 'kernel' })
    expect(await entries(host, 'mh4')).toEqual([officeEntry])
  })

  it("whose folder is a link of root's own, is as good as another, by all that lies on its way", async () => {
    await sh(`umount ${folder} && rmdir ${folder} && mkdir -m 700 /srv/state && ln -s /srv/state ${folder}`)
    const openPaths = async () => (await askOne(host, { v: 1, op: 'observe' }))['openPaths']
    expect(await openPaths()).toEqual([])
    expect(await askOne(host, configure({ reservedMb: 0 }))).toMatchObject({ ok: true })
    await sh('chmod o+w /srv')
    expect(await openPaths()).toEqual(['/srv'])
    await sh(`chmod o-w /srv; mkdir /srv/way; ln -s ../state /srv/way/on; ln -sfn /srv/way/on ${folder}`)
    expect(await openPaths()).toEqual([])
    await sh('chown nobody /srv/way')
    expect(await openPaths()).toEqual(['/srv/way'])
  })

  it('that has no inode left is named, too', async () => {
    await sh(
      `mount -o remount,nr_inodes=40 ${folder}; for n in $(seq 50); do : > ${folder}/f$n; done || true`,
    )
    expect(await unwritable()).toBe('its disk takes no more files: no inode is free')
  })

  it('that is read-only, too, and no round of the timer lets in again', async () => {
    await sh(`mount -o remount,ro ${folder}`)
    expect(await unwritable()).toBe('its disk is mounted read-only')
    const refused = await askOne(host, close('acme0001', null))
    expect(refused).toMatchObject({ ok: false, code: 'disk', details: { closed: 'boot' } })
    expect(refused['message']).toMatch(/^It is closed in the filter only, until .*Read-only file system\.$/)
    expect(await entries(host, 'mh4')).toEqual([])
    await restore(host)
    expect(await entries(host, 'mh4')).toEqual([])
    await sh(`mount -o remount,rw ${folder}`)
    expect(await askOne(host, close('acme0001', null))).toMatchObject({ ok: true, closed: ['*'] })
    await restore(host)
    expect(await entries(host, 'mh4')).toEqual([])
  })
})

import { expect, it } from 'vitest'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { ask, askOne, entries, restore } from './helper-host.ts'
import { allow, close, configure, placed, put } from './requests.ts'
import {
  folder,
  home,
  homeEntry,
  office,
  officeEntry,
  playOpenFolder,
  playOpenRecords,
  playSpoiltNote,
  useSmallDisk,
} from './small-disk.ts'

describeOnHosts('a disk that takes nothing more', () => {
  const disk = useSmallDisk()
  const { sh, fill, free } = disk
  const unwritable = async () => (await askOne(disk.host, { v: 1, op: 'observe' }))['unwritable']
  const sizeOfReserve = async (): Promise<string> =>
    (await sh(`stat -c %s ${folder}/reserve || true`)).stdout.trim()

  it('still takes access away and keeps that, by room that is held for it', async () => {
    const { host } = disk
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
    const { host } = disk
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

  it('lets nobody in again when what it keeps of that is cut off', () =>
    playSpoiltNote(disk, '{"acme0001": ["198.51'))

  it('takes several closings at once, and leaves what was written later than the caller knew', async () => {
    const { host } = disk
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

  it('whose folder a group may write to, lets nobody in, and closing goes on', () =>
    playOpenFolder(disk, `chmod g+w ${folder}`))

  it('whose state file others can change, is filled in from by nothing that runs', () =>
    playOpenRecords(disk, `chmod g+w ${folder}/state.json`, `${folder}/state.json`))

  it('whose folder others can change, gets nobody back by a change that fails', async () => {
    const { host } = disk
    await sh(`mkdir /root/old && cp -p ${folder}/* /root/old`)
    await askOne(host, close('acme0001', [home]))
    await sh(`cp -p /root/old/* ${folder}; chmod 777 ${folder}; iptables -t raw -F PREROUTING`)
    const program = '/usr/sbin/iptables-restore'
    await sh(`mv ${program} ${program}.kept; ln -s /bin/false ${program}`)
    const narrower = placed('acme0001', { allow: allow(office) })
    const refused = await askOne(host, put(3, narrower))
    await sh(`mv ${program}.kept ${program}`)
    expect(refused).toMatchObject({ ok: false, code: 'kernel' })
    expect(await entries(host, 'mh4')).toEqual([officeEntry])
  })

  it("whose folder is a link of root's own, is as good as another, by all that lies on its way", async () => {
    const { host } = disk
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
    const { host } = disk
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

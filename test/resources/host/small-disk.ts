import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import type { HostNamespace } from '../../hosts/host.ts'
import type { RunResult } from '../../hosts/run.ts'
import { ask, askOne, entries, freshenHelperHost, restore, saveRaw, startHelperHost } from './helper-host.ts'
import { allow, close, configure, placed, put, reserve } from './requests.ts'

export const [office, home] = ['203.0.113.0/24', '198.51.100.7/32'] as const
export const folder = '/var/lib/memharbor'
export const homeEntry = '198.51.100.7,tcp:20000'
export const officeEntry = '203.0.113.0/24,tcp:20000'

/** A host whose helper keeps its records on a small disk of their own: one tenant, which two networks may reach. */
export interface SmallDisk {
  readonly host: HostNamespace
  sh(script: string): Promise<RunResult>
  fill(): Promise<RunResult>
  free(): Promise<RunResult>
}

/** Takes away what tests did beside the folder and to what lies on its way. */
const clearing = `
rm -rf /root/old /srv/state /srv/way
chown root /var/lib; chmod 755 /var/lib /srv
`

/** Registers the hooks for the tests of a suite. */
export const useSmallDisk = (): SmallDisk => {
  let host: HostNamespace
  const sh = (script: string) => host.exec(['sh', '-ec', script])

  beforeAll(async () => {
    host = await startHelperHost()
  })
  afterAll(() => host?.stop())
  beforeEach(async () => {
    await freshenHelperHost(host)
    expect(await sh(clearing)).toMatchObject({ status: 0 })
    await sh(`mkdir -p -m 700 ${folder} && mount -t tmpfs -o size=2m,mode=700 none ${folder}`)
    const tenant = placed('acme0001', { allow: allow(office, home) })
    const replies = await ask(host, configure({ reservedMb: 0 }), reserve(), put(2, tenant))
    expect(replies.map(({ ok }) => ok)).toEqual([true, true, true])
  })

  return {
    get host() {
      return host
    },
    sh,
    fill: () => sh(`cat /dev/zero > ${folder}/filler || true`),
    free: () => sh(`rm ${folder}/filler`),
  }
}

const kept = '/run/memharbor-unrecorded'

/** Nobody is let in again by a note of what is closed in the filter only, where that holds the text. */
export const playSpoiltNote = async ({ host, sh, fill, free }: SmallDisk, text: string): Promise<void> => {
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
}

/** Nobody is let in while others can write to the folder, or to one on its way, and closing goes on. */
export const playOpenFolder = async ({ host, sh }: SmallDisk, spoil: string): Promise<void> => {
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
}

/** Nothing that runs fills the filter from records that others can change. */
export const playOpenRecords = async (
  { host, sh }: SmallDisk,
  spoil: string,
  path: string,
): Promise<void> => {
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
}

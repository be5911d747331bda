import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { skipReason } from '../../hosts/platform.ts'
import { ask, entries, readResource, saveRaw, startHelperHost } from './helper-host.ts'
import { allow, configure, placed, put, reserve } from './requests.ts'

const reason = skipReason()
const folder = '/etc/systemd/system'
const installed = {
  'memharbor-firewall.service': `${folder}/memharbor-firewall.service`,
  'memharbor-firewall.timer': `${folder}/memharbor-firewall.timer`,
  'docker.service.conf': `${folder}/docker.service.d/memharbor.conf`,
  'nftables.service.conf': `${folder}/nftables.service.d/memharbor.conf`,
  'memharbor-sets.service': `${folder}/memharbor-sets.service`,
  'memharbor-before-reload.service': `${folder}/memharbor-before-reload.service`,
  'memharbor-before-stop.service': `${folder}/memharbor-before-stop.service`,
} as const

describe.skipIf(reason !== null)(`the boot units${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  beforeAll(async () => {
    host = await startHelperHost()
    for (const [resource, path] of Object.entries(installed)) {
      await writeHostFile(host.namespace, path, await readResource(resource))
    }
    const closer = await readResource('memharbor-close')
    await writeHostFile(host.namespace, '/usr/local/sbin/memharbor-close', closer, { mode: '755' })
  })
  afterAll(() => host?.stop())

  it.each([
    ...['memharbor-firewall.service', 'memharbor-firewall.timer', 'memharbor-sets.service'],
    ...['memharbor-before-reload.service', 'memharbor-before-stop.service'],
    ...['docker.service', 'nftables.service'],
  ])('pass systemd-analyze verify: %s', async (unit) => {
    const { status, stdout, stderr } = await host.exec(['systemd-analyze', 'verify', unit])
    expect({ status, stdout, stderr: ourLines(stderr) }).toEqual({ status: 0, stdout: '', stderr: '' })
  })

  it('start before Docker and restore what a reboot lost', async () => {
    const tenant = placed('acme0001', { allow: allow('203.0.113.7/32') })
    await ask(host, configure(), reserve(), put(2, tenant))
    const before = await saveRaw(host, 4)
    await host.reboot({ units: ['memharbor-firewall.service'] })
    expect(await saveRaw(host, 4)).toBe(before)
    expect(await entries(host, 'mh4')).toEqual(['203.0.113.7,tcp:20000'])
  })

  it('bring the filter back after nftables was loaded anew', async () => {
    const before = await saveRaw(host, 4)
    const unit = await readResource('nftables.service.conf')
    const [, line = ''] = /^ExecReload=-(.*)$/m.exec(unit) ?? []
    await host.exec(['nft', 'flush', 'ruleset'])
    expect(await saveRaw(host, 4)).not.toContain('MEMHARBOR')
    expect(await host.exec(line.split(' '))).toMatchObject({ status: 0 })
    expect(await saveRaw(host, 4)).toBe(before)
  })

  it('make the sets early at boot as the helper makes them', async () => {
    const names = ['mh4', 'mh6', 'mhp', 'mhd4', 'mhd6']
    const list = async () => {
      const listed = await Promise.all(names.map((name) => host.exec(['ipset', 'list', '-t', name])))
      // The kernel chooses the rest of the header.
      return listed.map(({ stdout }) =>
        /^Name.*\nType.*\nRevision.*\nHeader.*$/m.exec(stdout)?.[0].replace(/ initval \S+/, ''),
      )
    }
    const before = await list()
    for (const each of before) expect(each).toMatch(/Header: /)
    await ask(host, {
      v: 1,
      op: 'remove',
      operationId: 'early-sets-1',
      ifRevision: null,
      tenantId: 'acme0001',
    })
    await ask(host, { v: 1, op: 'teardown' })
    expect((await host.exec(['ipset', 'list', '-n'])).stdout).toBe('')
    for (const [, line = ''] of (await readResource('memharbor-sets.service')).matchAll(
      /^ExecStart=-(.*)$/gm,
    ))
      expect(await host.exec(line.split(' '))).toMatchObject({ status: 0 })
    expect(await list()).toEqual(before)
  })
})

/** Messages about other units of the machine are not ours to judge. */
function ourLines(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => line.includes('memharbor'))
    .join('\n')
}

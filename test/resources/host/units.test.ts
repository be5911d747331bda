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
} as const

describe.skipIf(reason !== null)(`the boot units${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  beforeAll(async () => {
    host = await startHelperHost()
    for (const [resource, path] of Object.entries(installed)) {
      await writeHostFile(host.namespace, path, await readResource(resource))
    }
  })
  afterAll(() => host?.stop())

  it.each(['memharbor-firewall.service', 'memharbor-firewall.timer', 'docker.service', 'nftables.service'])(
    'pass systemd-analyze verify: %s',
    async (unit) => {
      const { status, stdout, stderr } = await host.exec(['systemd-analyze', 'verify', unit])
      expect({ status, stdout, stderr: ourLines(stderr) }).toEqual({ status: 0, stdout: '', stderr: '' })
    },
  )

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
})

/** Messages about other units of the machine are not ours to judge. */
function ourLines(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => line.includes('memharbor'))
    .join('\n')
}

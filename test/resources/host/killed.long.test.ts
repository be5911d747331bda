import { afterAll, beforeAll, it } from 'vitest'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { calls, type FatalHost, freshenWithTenant, playKilledClose, startFatalHost } from './killed-helper.ts'

describeOnHosts('a helper that is killed', () => {
  let shared: FatalHost
  beforeAll(async () => {
    shared = await startFatalHost()
  })
  afterAll(() => shared?.host.stop())

  it.each(calls)('half the kernel change of a close: %s makes it whole', async (...call) => {
    await playKilledClose(await freshenWithTenant(shared), 'half', call)
  })
})

import { afterAll, beforeAll } from 'vitest'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { startPreparedHost } from '../prepared-host.ts'
import { describeMovedAddress } from './moved-address.ts'

describeOnHosts('two servers', () => {
  let first: HostNamespace
  let second: HostNamespace

  beforeAll(async () => {
    first = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
    second = await startPreparedHost({ name: 'web2', sudo: 'nopasswd' })
  })
  afterAll(async () => {
    await second?.stop()
    await first?.stop()
  })

  describeMovedAddress(() => ({ first, second }), ['delete'])
})

import { createHash } from 'node:crypto'
import dockerDropIn from '../../../../resources/host/docker.service.conf?raw'
import service from '../../../../resources/host/memharbor-firewall.service?raw'
import timer from '../../../../resources/host/memharbor-firewall.timer?raw'
import helper from '../../../../resources/host/memharbor-host?raw'
import nftablesDropIn from '../../../../resources/host/nftables.service.conf?raw'
import type { BundledHelper } from '../../../domain/host-observation.ts'

const units = '/etc/systemd/system'

/** Files for a host, each with its place and mode. prepare.py takes these places and no others. */
export const hostFiles = [
  { path: '/usr/local/sbin/memharbor-host', mode: 0o755, content: helper },
  { path: `${units}/memharbor-firewall.service`, mode: 0o644, content: service },
  { path: `${units}/memharbor-firewall.timer`, mode: 0o644, content: timer },
  { path: `${units}/docker.service.d/memharbor.conf`, mode: 0o644, content: dockerDropIn },
  { path: `${units}/nftables.service.d/memharbor.conf`, mode: 0o644, content: nftablesDropIn },
] as const

/** The helper that this panel brings along: what it says it is, and the checksum that an installed one must have. */
export const bundledHelper: BundledHelper = {
  // Sample: VERSION = '1.3.0'
  version: /^VERSION = '(.+)'$/m.exec(helper)?.[1] ?? '0.0.0',
  sha256: createHash('sha256').update(helper).digest('hex'),
}

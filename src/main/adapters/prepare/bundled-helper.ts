import { createHash } from 'node:crypto'
import dockerDropIn from '../../../../resources/host/docker.service.conf?raw'
import beforeReload from '../../../../resources/host/memharbor-before-reload.service?raw'
import beforeStop from '../../../../resources/host/memharbor-before-stop.service?raw'
import closer from '../../../../resources/host/memharbor-close?raw'
import service from '../../../../resources/host/memharbor-firewall.service?raw'
import timer from '../../../../resources/host/memharbor-firewall.timer?raw'
import helper from '../../../../resources/host/memharbor-host?raw'
import sets from '../../../../resources/host/memharbor-sets.service?raw'
import closeSaved from '../../../../resources/host/netfilter-persistent.close?raw'
import restoreSaved from '../../../../resources/host/netfilter-persistent.restore?raw'
import nftablesDropIn from '../../../../resources/host/nftables.service.conf?raw'
import type { BundledHelper } from '../../../domain/host-observation.ts'

const units = '/etc/systemd/system'
const saved = '/usr/share/netfilter-persistent/plugins.d'

/** Files for a host, each with its place and mode. prepare.py takes these places and no others. */
export const hostFiles = [
  { path: '/usr/local/sbin/memharbor-host', mode: 0o755, content: helper },
  { path: '/usr/local/sbin/memharbor-close', mode: 0o755, content: closer },
  { path: `${units}/memharbor-firewall.service`, mode: 0o644, content: service },
  { path: `${units}/memharbor-firewall.timer`, mode: 0o644, content: timer },
  { path: `${units}/docker.service.d/memharbor.conf`, mode: 0o644, content: dockerDropIn },
  { path: `${units}/nftables.service.d/memharbor.conf`, mode: 0o644, content: nftablesDropIn },
  { path: `${units}/memharbor-sets.service`, mode: 0o644, content: sets },
  { path: `${units}/memharbor-before-reload.service`, mode: 0o644, content: beforeReload },
  { path: `${units}/memharbor-before-stop.service`, mode: 0o644, content: beforeStop },
  { path: `${saved}/05-memharbor`, mode: 0o755, content: closeSaved },
  { path: `${saved}/90-memharbor`, mode: 0o755, content: restoreSaved },
] as const

/** The helper that this panel brings along: what it says it is, and the checksum that an installed one must have. */
export const bundledHelper: BundledHelper = {
  // Sample: VERSION = '1.3.0'
  version: /^VERSION = '(.+)'$/m.exec(helper)?.[1] ?? '0.0.0',
  sha256: createHash('sha256').update(helper).digest('hex'),
}

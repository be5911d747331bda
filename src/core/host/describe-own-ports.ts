import type { CheckLine } from '../../contract/host.ts'
import { line } from '../../domain/check-line.ts'
import type { HostObservation } from '../../domain/host-observation.ts'
import { canReserve, listClashing, renderReserved } from './own-ports.ts'
import { renderPorts } from './port-pieces.ts'

/** The subject of this line. */
export const ownPortsSubject = 'Own connections'

/** A file of /etc/sysctl.d that is read late, so that a list in another one does not replace it. */
const file = '/etc/sysctl.d/99-reserved-ports.conf'
/** A longer list is not printed as a command. */
const longestList = 200

/** The line for a host whose kernel takes tenants' ports for connections of its own. */
export function describeOwnPorts({ facts, helper }: Pick<HostObservation, 'facts' | 'helper'>): CheckLine[] {
  if (facts.kind === 'failed' || helper.kind === 'failed' || !helper.value.configured) return []
  const { range } = helper.value
  const clashing = listClashing(range, facts.value)
  if (clashing.length === 0) return []
  const { from, to } = facts.value.ephemeral
  const sentence = `The server takes ports of its own outgoing connections from ${from}-${to} (net.ipv4.ip_local_port_range), also the tenants' ${renderPorts(clashing)}: the filter drops the answers to connections from these.`
  const reserved = renderReserved(range, facts.value)
  const setting = `net.ipv4.ip_local_reserved_ports = ${reserved}`
  const byHand =
    reserved.length > longestList
      ? `add ${renderPorts([range])} to net.ipv4.ip_local_reserved_ports there, and keep it in a file of /etc/sysctl.d`
      : `\`echo '${setting}' | sudo tee ${file} && sudo sysctl -p ${file}\``
  const advice = canReserve(range, facts.value)
    ? `Prepare the host, which reserves them, or there: ${byHand}.`
    : `Reserve them there: ${byHand}.`
  return [line(ownPortsSubject, 'bad', sentence, advice)]
}

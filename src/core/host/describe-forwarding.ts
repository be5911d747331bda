import type { CheckLine } from '../../contract/host.ts'
import { line } from '../../domain/check-line.ts'
import type { HostObservation } from '../../domain/host-observation.ts'

const file = '/etc/sysctl.d/99-ip-forward.conf'
/** Above this share of its table the kernel soon drops new connections ("nf_conntrack: table full, dropping packet"). */
const nearlyFull = 0.95

/** Settings of the kernel that keep packets of clients from tenants, and that others may have changed since preparing. */
export function describeForwarding({
  facts,
  helper,
}: Pick<HostObservation, 'facts' | 'helper'>): CheckLine[] {
  if (facts.kind === 'failed' || helper.kind === 'failed' || !helper.value.configured) return []
  const { forwards, conntrack, dockerWritesRules } = facts.value
  const lines: CheckLine[] = []
  // Without rules of Docker's own docker-proxy takes every connection, and nothing is forwarded.
  if (forwards === false && dockerWritesRules) {
    const sentence =
      'net.ipv4.ip_forward is 0 there: the server passes nothing on to containers, so clients of tenants time out over IPv4.'
    const advice = `\`echo 'net.ipv4.ip_forward = 1' | sudo tee ${file} && sudo sysctl -p ${file}\` there; then look in /etc/sysctl.d and /etc/sysctl.conf for what sets it to 0.`
    lines.push(line('IPv4 forwarding', 'bad', sentence, advice))
  }
  if (conntrack !== null && conntrack.count >= conntrack.most * nearlyFull) {
    const sentence = `The kernel tracks ${conntrack.count} of at most ${conntrack.most} connections: when that is full, new ones are dropped, also to tenants.`
    const advice = `Raise net.netfilter.nf_conntrack_max there, as \`sudo sysctl -w net.netfilter.nf_conntrack_max=${conntrack.most * 2}\`, and keep it in a file of /etc/sysctl.d.`
    lines.push(line('Connection tracking', 'bad', sentence, advice))
  }
  return lines
}

import type { LinkAddresses } from '../addresses.ts'
import { type Uplink, uplinkName } from '../links.ts'
import type { Namespace } from '../namespace.ts'
import { mustRun } from '../run.ts'

/** The switch that host and machine are plugged into, in the namespace around the host. */
export const switchName = 'switch'

/** The namespace as the host's router, which knows its clients. A link between two has no third IPv4 address. */
const router4 = '169.254.1.1'
const router6 = ({ far6 }: LinkAddresses): string => far6.replace(/2$/, '3')

/**
 * Makes a namespace the network that a host stands in: a switch with the machine and the host, and a router to the
 * host's clients. It outlives a reboot of the host, whose own network namespace is another one then.
 */
export const surround = async (namespace: Namespace, { addresses }: Uplink): Promise<void> => {
  const inNamespace = (...argv: readonly string[]): Promise<string> => mustRun(namespace.enter(argv))
  await inNamespace('sysctl', '-q', '-w', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1')
  // Without an address of its own a bridge takes one of its ports', and neighbours would look for it after a reboot.
  await inNamespace('ip', 'link', 'add', switchName, 'address', '02:00:5e:00:53:01', 'type', 'bridge')
  await inNamespace('ip', 'addr', 'flush', 'dev', uplinkName)
  await inNamespace('ip', 'link', 'set', uplinkName, 'master', switchName)
  await inNamespace('ip', 'link', 'set', switchName, 'up')
  await inNamespace('ip', 'addr', 'add', `${router4}/32`, 'dev', switchName)
  await inNamespace('ip', 'addr', 'add', `${router6(addresses)}/64`, 'dev', switchName, 'nodad')
  await inNamespace('ip', 'route', 'add', `${addresses.far4}/32`, 'dev', switchName)
}

/** The configuration of the host's network card for systemd-networkd. */
export const renderNetwork = (card: string, addresses: LinkAddresses): string => `[Match]
Name=${card}

[Network]
Address=${addresses.far4}/30
Address=${addresses.far6}/64
IPv6AcceptRA=no
IPv6DuplicateAddressDetection=0

[Route]
Gateway=${router4}
GatewayOnLink=yes

[Route]
Gateway=${router6(addresses)}
`

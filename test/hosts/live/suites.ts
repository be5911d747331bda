/** The releases of Debian that live hosts are made of. */
export type Suite = 'bookworm' | 'trixie' | 'forky'

/** Needed by every host: a live systemd, an SSH server, Docker and what a server that is to be prepared may have. */
const everywhere = [
  ...['systemd', 'systemd-sysv', 'dbus', 'udev', 'libpam-systemd', 'iproute2', 'openssh-server', 'sudo'],
  ...['docker.io', 'iptables', 'ipset', 'nftables', 'memcached', 'conntrack', 'python3', 'procps'],
  'ca-certificates',
]

/** Until bookworm the client was part of docker.io, and there was no sudo-rs. */
const since: Readonly<Record<Suite, readonly string[]>> = {
  bookworm: [],
  trixie: ['docker-cli', 'sudo-rs', 'rust-coreutils'],
  forky: ['docker-cli', 'sudo-rs', 'rust-coreutils'],
}

/** The packages of every root of a suite. */
export const packagesOf = (suite: Suite): readonly string[] => [...everywhere, ...since[suite]]

import type { LiveHost } from '../hosts/live/live-host.ts'
import { mustExec } from './boot-service.ts'

/** Where each version is printed, a sample of that, and what finds it there. */
const release = {
  // Linux 6.18.44
  kernel: ['uname -sr', /^Linux (\S+)$/],
  // systemd 262 (262~rc1-1)
  systemd: ['systemctl --version', /^systemd (\d+)/],
  Docker: ["docker version --format '{{.Server.Version}}'", /^(\d\S+)$/],
  // containerd github.com/containerd/containerd 1.7.24~ds1 1.7.24~ds1-6+b4
  containerd: ['containerd --version', /^containerd \S+ v?(\d\S*)/],
  // iptables v1.8.11 (nf_tables)
  iptables: ['iptables --version', /^iptables v(\S+ \(\S+\))/],
  // ipset v7.24, protocol version: 7
  ipset: ['ipset --version', /^ipset v([^\s,]+)/],
  // nftables v1.1.3 (Commodore Bullmoose #4)
  nftables: ['nft --version', /^nftables v(\S+)/],
  // OpenSSH_10.0p2 Debian-7, OpenSSL 3.5.1 1 Jul 2025
  OpenSSH: ['/usr/sbin/sshd -V 2>&1 || true', /^OpenSSH_([^\s,]+)/],
  // Python 3.13.5
  Python: ['python3 --version', /^Python (\S+)$/],
  // memcached 1.6.38
  memcached: ['memcached --version', /^memcached (\S+)$/],
} as const

const programs = {
  // Sudo version 1.9.16p2, or: sudo-rs 0.2.5
  sudo: ['sudo --version 2>&1', /^((?:Sudo version|sudo-rs) \S+)/],
  // cat (GNU coreutils) 9.7, or: cat (uutils coreutils) 0.12.0; uutils of trixie says: cat 0.0.30
  coreutils: [
    "cat --version | sed '1s/^cat \\([0-9]\\)/cat (uutils coreutils) \\1/'",
    /^\S+ \(((?:GNU|uutils) coreutils\) \S+)/,
  ],
} as const

type Look = readonly [command: string, sample: RegExp]

const readVersions = async <Key extends string>(
  host: LiveHost,
  looks: Readonly<Record<Key, Look>>,
): Promise<Record<Key, string>> => {
  const found: Partial<Record<Key, string>> = {}
  for (const [key, [command, sample]] of Object.entries(looks) as [Key, Look][]) {
    const printed = await mustExec(host, command)
    const version = sample.exec(printed)?.[1]
    if (version === undefined) throw new Error(`${command} prints no version: ${printed}`)
    found[key] = version.replace('Sudo version', 'sudo').replace(') ', ' ')
  }
  return found as Record<Key, string>
}

/** The versions of what a release brings, as the host's own programs print them. */
export const readRelease = (host: LiveHost) => readVersions(host, release)

/** The versions of the programs that a host of the matrix chooses. */
export const readPrograms = (host: LiveHost) => readVersions(host, programs)

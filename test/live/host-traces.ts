import { until } from '../hosts/condition.ts'
import type { LiveHost } from '../hosts/live/live-host.ts'
import { mustExec } from './boot-service.ts'
import { patienceMs } from './reach-both.ts'

/** Changes by itself while a host lives, or is Docker's own. */
const passing = [
  ...['/proc', '/sys', '/dev', '/run', '/tmp', '/var/tmp', '/var/log', '/var/cache'],
  ...['/var/lib/docker', '/var/lib/containerd', '/var/lib/systemd'],
]

/** Each prints lines; those of a host that was undone have to be those of before. */
const looks = [
  // Every file, with its kind, mode and owner.
  `find / -xdev \\( ${passing.map((path) => `-path ${path}`).join(' -o ')} \\) -prune -o -printf '%y %m %u:%g %p\\n'`,
  // What is in those that an administrator edits.
  'find /etc /usr/local /root -xdev -type f -exec sha256sum {} +',
  // Rules and chains; a chain of the system itself has a policy, and stays in the kernel once it was used.
  ...['iptables', 'ip6tables'].map(
    (name) => `${name}-save | sed -n 's/^\\(-A .*\\)/${name} \\1/p; s/^:\\([^ ]*\\) -.*/${name} chain \\1/p'`,
  ),
  "ipset list -n | sed 's/^/set /'",
  "systemctl list-unit-files --plain --no-legend | sed '/ transient /d; s/^/unit file /'",
  "systemctl list-units --all --plain --no-legend --full | sed -n 's/^\\([^ ]*memharbor[^ ]*\\).*/unit \\1/p'",
  "systemctl show -p Requires,After,ExecStartPost docker nftables | tr ' ' '\\n' | grep memharbor",
  "docker ps -a --format 'container {{.Names}}'",
  "docker network ls --format 'network {{.Name}}'",
  "docker images --format 'image {{.Repository}}:{{.Tag}}'",
  "docker volume ls --format 'volume {{.Name}}'",
  "ip -o link | sed -n 's/^[0-9]*: \\(mh[0-9][^:@]*\\).*/link \\1/p'",
  "sysctl -a 2>&1 | grep '^net.*gc_thresh'",
  "ps -eo user,args | grep '[m]emharbor'",
] as const

/** Everything on a host that preparing or a tenant could have changed, a line each. */
export const observeTraces = async (host: LiveHost): Promise<readonly string[]> => {
  const seen: string[] = []
  for (const look of looks) seen.push(...(await mustExec(host, `${look} || true`)).split('\n'))
  return seen.filter((line) => line !== '').sort()
}

/**
 * Waits until a panel that has taken everything away has ended what it had running there: it does so beside its answer.
 */
export const awaitNoHelpers = (host: LiveHost): Promise<void> =>
  until(
    'no helper runs',
    async () => (await host.exec(['pgrep', '-f', '^/usr/bin/python3 .*/memharbor-host$'])).status === 1,
    patienceMs,
  )

/** Lines that only one of two looks has, with a sign: `+` came, `-` went. */
export const compareTraces = (before: readonly string[], after: readonly string[]): readonly string[] => {
  const [were, are] = [new Set(before), new Set(after)]
  return [
    ...before.filter((line) => !are.has(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !were.has(line)).map((line) => `+ ${line}`),
  ]
}

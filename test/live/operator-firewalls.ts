/** What is done with each firewall, as the columns of docs/servers.md name it. */
export const firewallSteps = [
  'prepared',
  'saved',
  'reloaded',
  'restarted',
  'reset',
  'rebooted',
  'undo',
] as const

/** A firewall that an operator has beside ours, and what is done with it. Commands are lines for a shell of root. */
export interface OperatorFirewall {
  /** As docs/servers.md names it. */
  readonly name: string
  /** Debian's packages, besides those that every live host has. */
  readonly packages: readonly string[]
  /** Prints its version, and nothing else. */
  readonly version: string
  /** Its operator's rules, as they are typed; they can be typed again after `reset`. */
  readonly setUp: readonly string[]
  /** Prints the operator's own rules, a line each, without counters and without what Docker has among them. */
  readonly read: string
  readonly save: readonly string[]
  readonly reload: readonly string[]
  readonly restart: readonly string[]
  /** Takes the operator's rules away. */
  readonly reset: readonly string[]
}

const packageVersion = (name: string): string => `dpkg-query -W -f '\${Version}' ${name}`
const bothFamilies = (words: string): readonly string[] =>
  ['iptables', 'ip6tables'].map((program) => `${program} -w ${words}`)

/** The operator's own INPUT, whole: neither Docker nor the filter has rules there. */
const readInput = bothFamilies('-S INPUT').join('; ')
const inputRules = [
  'iptables -w -A INPUT -s 192.0.2.0/24 -p tcp -m tcp --dport 25 -j DROP',
  'ip6tables -w -A INPUT -s 2001:db8:25::/48 -p tcp -m tcp --dport 25 -j DROP',
  ...bothFamilies('-A INPUT -m conntrack --ctstate INVALID -j DROP'),
]
const netfilterPersistent = {
  save: ['netfilter-persistent save'],
  reload: ['netfilter-persistent reload'],
  restart: ['systemctl restart netfilter-persistent'],
  reset: ['netfilter-persistent flush'],
} as const

const ufw: OperatorFirewall = {
  name: 'ufw',
  packages: ['ufw'],
  version: packageVersion('ufw'),
  setUp: [
    ...['ufw allow 22/tcp', 'ufw allow 20000:29999/tcp', 'ufw limit 2222/tcp'],
    'ufw deny from 192.0.2.0/24 to any port 25 proto tcp',
    'ufw --force enable',
  ],
  read: `{ ${bothFamilies('-S').join('; ')}; } | grep -E '^-P INPUT|ufw'`,
  // It saves what is typed with each command.
  save: ['ufw allow 8080/tcp', 'ufw delete allow 8080/tcp'],
  reload: ['ufw reload'],
  restart: ['systemctl restart ufw'],
  reset: ['ufw --force reset'],
}

const firewalld: OperatorFirewall = {
  name: 'firewalld',
  packages: ['firewalld'],
  version: packageVersion('firewalld'),
  setUp: [
    'firewall-cmd --permanent --add-port=20000-29999/tcp',
    "firewall-cmd --permanent --add-rich-rule='rule family=ipv4 source address=192.0.2.0/24 port port=25 protocol=tcp drop'",
    'firewall-cmd --reload',
  ],
  // Docker has a zone of its own for its bridges: chains that bear its name, and jumps to them.
  read: `nft -s list table inet firewalld | awk '
    /^\\tchain .*docker/ { inDocker = 1 }
    !inDocker && !/docker|mh[0-9]/ && /[^[:space:]{}]/
    /^\\t}/ { inDocker = 0 }'`,
  save: ['firewall-cmd --runtime-to-permanent'],
  reload: ['firewall-cmd --reload', 'firewall-cmd --complete-reload'],
  restart: ['systemctl restart firewalld'],
  reset: ['firewall-cmd --reset-to-defaults'],
}

const iptablesPersistent: OperatorFirewall = {
  name: 'iptables-persistent',
  packages: ['iptables-persistent'],
  version: packageVersion('iptables-persistent'),
  setUp: [...inputRules, 'netfilter-persistent save'],
  read: readInput,
  ...netfilterPersistent,
}

const ipsetPersistent: OperatorFirewall = {
  name: 'ipset-persistent',
  packages: ['iptables-persistent', 'ipset-persistent'],
  version: packageVersion('ipset-persistent'),
  setUp: [
    ...['ipset -exist create blocked hash:net', 'ipset -exist add blocked 192.0.2.0/24'],
    'iptables -w -A INPUT -m set --match-set blocked src -j DROP',
    ...inputRules,
    'netfilter-persistent save',
  ],
  read: `${readInput}; ipset save blocked | grep ^add`,
  ...netfilterPersistent,
}

const nftablesFile = '/etc/nftables.conf'
const nftables: OperatorFirewall = {
  name: 'nftables.service',
  packages: [],
  version: packageVersion('nftables'),
  setUp: [
    `cat > ${nftablesFile} <<'end'
flush ruleset
table inet operator {
  chain input {
    type filter hook input priority filter; policy accept;
    ip saddr 192.0.2.0/24 tcp dport 25 drop
    ct state invalid drop
  }
}
end`,
    'systemctl enable nftables && systemctl restart nftables',
    // It has taken Docker's rules away.
    'systemctl restart docker',
  ],
  read: 'nft -s list table inet operator',
  save: [
    `{ echo flush ruleset; nft -s list table inet operator; } > /run/own && cat /run/own > ${nftablesFile}`,
  ],
  reload: ['systemctl reload nftables'],
  restart: ['systemctl restart nftables'],
  reset: ['systemctl stop nftables'],
}

const fail2ban: OperatorFirewall = {
  name: 'fail2ban',
  packages: ['fail2ban', 'python3-systemd'],
  version: packageVersion('fail2ban'),
  setUp: [
    "printf '[sshd]\\nenabled = true\\nbackend = systemd\\nbantime = 1d\\n' > /etc/fail2ban/jail.d/own.local",
    'systemctl restart fail2ban',
    'until fail2ban-client status sshd; do sleep 0.2; done',
    'fail2ban-client set sshd banip 192.0.2.77 2001:db8:77::1',
  ],
  read: `{ nft -s list table inet f2b-table; ${bothFamilies('-S').join('; ')}; } 2>&1 | grep -iE 'f2b|192.0.2.77|2001:db8:77' || true`,
  // It keeps bans in a database of its own.
  save: ['fail2ban-client get sshd banip'],
  reload: ['fail2ban-client reload'],
  restart: ['systemctl restart fail2ban'],
  reset: ['fail2ban-client unban --all'],
}

/** Each that the matrix tries. */
export const operatorFirewalls: readonly OperatorFirewall[] = [
  ...[ufw, firewalld, iptablesPersistent, ipsetPersistent, nftables, fail2ban],
]

/** The releases that each is tried on. */
export const firewallSuites = ['trixie', 'forky'] as const

/** The name of a row of docs/servers.md. */
export const nameFirewallRow = (suite: string, { name }: OperatorFirewall): string => `${suite}, ${name}`

export const firewallRows = firewallSuites.flatMap((suite) =>
  operatorFirewalls.map((firewall) => nameFirewallRow(suite, firewall)),
)

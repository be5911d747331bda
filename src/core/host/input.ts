import type { PortRange } from '../../domain/port-range.ts'

/**
 * The fate of a stranger's new connection to a program of the host in the tenants' range, in the host's own firewall.
 * `unclear`: it hangs on a rule that the helper does not know.
 */
export interface InputVerdict {
  readonly family: 4 | 6
  readonly verdict: 'open' | 'closed' | 'unclear'
  readonly by: 'ufw' | 'firewalld' | 'iptables' | 'nftables'
  /** Of the chain that decides; with its family before it, where it is one of nftables itself: `inet filter`. */
  readonly table: string
  readonly chain: string
}

/**
 * The family whose clients come by docker-proxy, and are dropped before. Those of IPv4 go past INPUT by Docker's address
 * translation, unless Docker writes no rules.
 */
export function findShut(
  input: readonly InputVerdict[] | null,
  {
    userlandProxy,
    dockerWritesRules,
  }: { readonly userlandProxy: boolean; readonly dockerWritesRules: boolean },
): InputVerdict[] {
  if (input === null || !userlandProxy) return []
  return input.filter(({ family, verdict }) => verdict !== 'open' && (family === 6 || !dockerWritesRules))
}

/** The command that lets strangers get as far as the filter, which alone decides then; in backticks, or words where there is none. */
export function describeLetting({ family, by, table, chain }: InputVerdict, { from, to }: PortRange): string {
  const iptables = family === 4 ? 'iptables' : 'ip6tables'
  switch (by) {
    case 'ufw':
      return `\`sudo ufw allow ${from}:${to}/tcp\``
    case 'firewalld':
      return `\`sudo firewall-cmd --permanent --add-port=${from}-${to}/tcp && sudo firewall-cmd --reload\``
    case 'iptables':
      return `\`sudo ${iptables} -I INPUT -p tcp --dport ${from}:${to} -j ACCEPT\``
    case 'nftables':
      // Names come from the server, and this is typed into its shell.
      return /^[\w-]+ [\w-]+$/.test(table) && /^[\w-]+$/.test(chain)
        ? `\`sudo nft insert rule ${table} ${chain} tcp dport ${from}-${to} accept\``
        : `a rule \`tcp dport ${from}-${to} accept\` in its chain ${chain} of ${table}`
  }
}

/** Whose rules they are, for sentences. */
export const nameInput = ({ by, table, chain }: InputVerdict): string => {
  switch (by) {
    case 'ufw':
    case 'firewalld':
      return by
    case 'iptables':
      return 'the chain INPUT'
    case 'nftables':
      return `the chain ${chain} of nftables' table ${table}`
  }
}

/** Why a family is left out of a tenant's endpoint, in a sentence; empty where none is. */
export function describeLeftOut(host: string, shut: readonly InputVerdict[]): string {
  return shut
    .map((each) => {
      const drops = each.verdict === 'closed' ? 'drops' : 'may drop'
      return `No IPv${each.family}: ${nameInput(each)} on ${host} ${drops} such clients before Docker gets them. See the check of the host.`
    })
    .join(' ')
}

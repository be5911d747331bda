import type { CheckLine } from '../../contract/host.ts'
import { line } from '../../domain/check-line.ts'
import type { HelperFacts } from '../../domain/host-observation.ts'

/** Files that are loaded at boot with rules or sets of the filter in them, as they were when somebody saved them. */
export function describeSaved(host: string, { saved }: Pick<HelperFacts, 'saved'>): CheckLine[] {
  return saved.map(({ path, line: number }) =>
    line(
      'Saved firewall',
      'bad',
      `${path} on ${host} names chains or sets of Memharbor, first in line ${number}: it was saved while they were there, and is loaded at each boot.`,
      `${describeSavingWithout(path)} Memharbor makes its own part again by itself.`,
    ),
  )
}

/** How such a file is saved without them, in sentences with the command. */
export function describeSavingWithout(path: string): string {
  switch (path) {
    case '/etc/iptables/rules.v4':
      return saveAs('iptables-save | sed /MEMHARBOR/d', path)
    case '/etc/iptables/rules.v6':
      return saveAs('ip6tables-save | grep -v MEMHARBOR', path)
    case '/etc/iptables/ipsets':
      return saveAs("ipset save | sed -E '/ mh(4|6|p|d4|d6) /d'", path)
    default:
      return isNftables(path)
        ? `nft may refuse it as a whole, and then nothing of it is loaded: take out what names MEMHARBOR, and try it with \`sudo nft -c -f ${path}\`.`
        : 'Take out the lines that name MEMHARBOR, mh4, mh6, mhp, mhd4 or mhd6.'
  }
}

const saveAs = (command: string, path: string): string =>
  `Save it without them: \`sudo sh -c "${command} > ${path}"\`.`

const isNftables = (path: string): boolean => path.endsWith('.nft') || path.includes('nftables')

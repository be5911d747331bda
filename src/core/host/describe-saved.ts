import type { CheckLine, PreparePlan } from '../../contract/host.ts'
import { line } from '../../domain/check-line.ts'
import type { HelperFacts, HostObservation } from '../../domain/host-observation.ts'

type SavedFile = HelperFacts['saved'][number]

/** Subject of the lines about files that somebody saved with the filter in them. */
export const savedSubject = 'Saved firewall'

/** Files that are loaded at boot with rules or sets of the filter in them, as they were when somebody saved them. */
export function describeSaved(host: string, { saved }: Pick<HelperFacts, 'saved'>): CheckLine[] {
  return saved.map((file) =>
    line(
      savedSubject,
      'bad',
      `${nameSaved(host, file)}: it was saved while they were there. ${describeLoading(file.path)}`,
      `${describeSavingWithout(file.path)} Memharbor makes its own part again by itself.`,
    ),
  )
}

/** The same in a plan, before anything is changed: of undoing, what follows where such a file stays as it is. */
export function planSaved(host: string, files: readonly SavedFile[], undo: boolean): PreparePlan['saved'] {
  return files.map((file) => ({
    ...file,
    sentence: `${nameSaved(host, file)}. ${undo ? describeAfterUndo(file.path) : describeLoading(file.path)}`,
    advice: describeSavingWithout(file.path),
  }))
}

/** As the helper sees them; before there is one, those that everybody may read. */
export function listSaved({
  facts,
  helper,
}: Pick<HostObservation, 'facts' | 'helper'>): readonly SavedFile[] {
  if (helper.kind === 'ok') return helper.value.saved
  return facts.kind === 'ok' ? facts.value.saved : []
}

const nameSaved = (host: string, { path, line: number }: SavedFile): string =>
  `${path} on ${host} names chains or sets of Memharbor, first in line ${number}`

/** The next boot, while the filter is there. */
const describeLoading = (path: string): string =>
  isNftables(path)
    ? "At the next boot nft refuses such a file as a whole: nothing of it is loaded, nor the server's own rules, and nftables.service fails. The tenant ports are closed all the same."
    : 'It is loaded at each boot.'

/** The next boot, when the sets are not there any more. */
export const describeAfterUndo = (path: string): string =>
  path === '/etc/iptables/ipsets'
    ? 'Its sets come back at the next boot, and nothing uses them.'
    : "At the next boot nothing of it is loaded, nor the server's own rules in it."

/** How such a file is saved without them, in sentences with the command. */
export function describeSavingWithout(path: string): string {
  switch (path) {
    case '/etc/iptables/rules.v4':
      return saveAs('iptables-save | sed /MEMHARBOR/d', path)
    case '/etc/iptables/rules.v6':
      return saveAs('ip6tables-save | grep -v MEMHARBOR', path)
    case '/etc/iptables/ipsets':
      return saveAs("ipset save | sed -E '/ mh(4|6|p|d4|d6) /d'", path)
    case '/etc/nftables.conf':
      return `Save the server's own tables alone, without those of iptables, Docker and firewalld, which make theirs themselves: \`${saveTables}\`.`
    default:
      return isNftables(path)
        ? `Take out what names MEMHARBOR, and try it with \`sudo nft -c -f ${path}\`.`
        : 'Take out the lines that name MEMHARBOR, mh4, mh6, mhp, mhd4 or mhd6.'
  }
}

const saveAs = (command: string, path: string): string =>
  `Save it without them: \`sudo sh -c "${command} > ${path}"\`.`

/** Each table replaces itself, so that loading the file again flushes nobody else's. */
const saveTables =
  'sudo sh -c \'nft list tables | grep -vE "table ip6? (raw|mangle|nat|filter|security|docker-bridges)$|firewalld" | while read -r t; do echo "add $t"; echo "delete $t"; nft -s list $t; done > /etc/nftables.conf\''

const isNftables = (path: string): boolean => path.endsWith('.nft') || path.includes('nftables')

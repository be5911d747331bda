import type { CheckLine } from '../../contract/host.ts'
import { line } from '../../domain/check-line.ts'
import { listNames } from '../sentence/list-names.ts'

/** A chain of nftables, or a whole table where `chain` is null. */
export interface NftChain {
  readonly family: string
  readonly table: string
  readonly chain: string | null
}

/** The chains of nftables itself whose rules change where packets go behind the filter. */
export interface NftFindings {
  /** They lead to tenants. */
  readonly leading: readonly NftChain[]
  /** Whether they do cannot be told: a map decides it, or the table is too large to be read. */
  readonly unclear: readonly NftChain[]
}

/** Names that nft reads as one word, so that a command may hold them. */
const plainName = /^[A-Za-z_][\w/.-]*$/

/** Rules of nftables that lead past the filter, of each kind `most` at most; null: nft did not say. */
export function describeNftables(found: NftFindings | null, most: number): CheckLine[] {
  if (found === null) {
    const sentence =
      'Whether rules of nftables lead to tenants past the filter is not known: nft did not say.'
    return [
      line('Redirects', 'note', sentence, 'Try `nft list chains` as root there; its package is nftables.'),
    ]
  }
  const leading = found.leading.slice(0, most).map((where) => {
    const sentence = `Rules of nftables lead to tenants past the filter: ${renderPlace(where)}.`
    return line('Redirects', 'bad', sentence, `${adviseLook(where)}, and take them out where they come from.`)
  })
  const unclear = found.unclear.slice(0, most).map((where) => {
    const sentence = `Whether nftables leads to tenants past the filter is not known: ${renderPlace(where)}.`
    return line('Redirects', 'note', sentence, `${adviseLook(where)}.`)
  })
  const more = listNames([
    ...countMore(found.leading.length - most, 'that lead there'),
    ...countMore(found.unclear.length - most, 'of which it is not known'),
  ])
  return [
    ...leading,
    ...unclear,
    ...(more === '' ? [] : [line('Redirects', 'note', `There are more chains of nftables: ${more}.`)]),
  ]
}

function countMore(count: number, words: string): string[] {
  return count > 0 ? [`${count} ${words}`] : []
}

/** Sample: `table ip foo, chain prerouting` */
function renderPlace({ family, table, chain }: NftChain): string {
  return `table ${family} ${table}${chain === null ? '' : `, chain ${chain}`}`
}

/** Sample: ``Look as root there with `nft -a list chain ip foo prerouting` `` */
function adviseLook({ family, table, chain }: NftChain): string {
  const kind = chain === null ? 'table' : 'chain'
  const words = [family, table, ...(chain === null ? [] : [chain])]
  const command = words.every((word) => plainName.test(word))
    ? `nft -a list ${kind} ${words.join(' ')}`
    : 'nft -a list ruleset'
  return `Look as root there with \`${command}\``
}
